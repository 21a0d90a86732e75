namespace Tef.Tests.Core;

/// <summary>Text and reference files that lie in a folder named <c>shared</c> beside the repository, where there is one.</summary>
internal static class SharedData
{
    /// <summary>The folder; without it the test is not run.</summary>
    public static string Require()
    {
        for (DirectoryInfo? folder = new(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            string shared = Path.Combine(folder.FullName, "shared");
            if (File.Exists(Path.Combine(shared, "design.md")))
                return shared;
        }

        Assume.That(false, "there is no folder 'shared' beside the repository");
        return "";
    }
}
