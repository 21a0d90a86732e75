using Tef.Benchmarks.Filtering.Lab;

namespace Tef.Tests.Repository;

/// <summary>The results page of the token filter says what the results beside it say.</summary>
public sealed class FilterPageTests
{
    private static readonly string Page = Path.Combine(ReadmeTests.Root, "docs", "tef.md");

    [Test]
    public void ThePageIsWhatItsResultsGive()
    {
        var results = new ResultsPage(Path.Combine(ReadmeTests.Root, "docs", "tef", "results"));
        string page = File.ReadAllText(Page);

        Assert.That(results.Fill(page), Is.EqualTo(page), "tef report makes it anew");
    }

    [Test]
    public void ItsPlotsExist()
    {
        foreach (string line in File.ReadAllLines(Page).Where(line => line.StartsWith("![", StringComparison.Ordinal)))
        {
            string file = line[(line.IndexOf('(', StringComparison.Ordinal) + 1)..^1];
            Assert.That(File.Exists(Path.Combine(Path.GetDirectoryName(Page)!, file)), Is.True, file);
        }
    }
}
