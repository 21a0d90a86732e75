using System.Diagnostics;

namespace Tef.Tests.Repository;

/// <summary>An assembly under Managed/ has no public member that the real package lacks.</summary>
public class ApiSurfaceTests
{
    [TestCase("Microsoft.ML.txt", "Tef.Managed.ML.dll")]
    [TestCase("Microsoft.ML.Tokenizers.txt", "Tef.Managed.Tokenizers.dll")]
    [TestCase("TorchSharp.txt", "Tef.Managed.Torch.dll")]
    public void Every_public_member_exists_in_the_real_package(string list, string assembly)
    {
        string path = Path.Combine(TestContext.CurrentContext.TestDirectory, assembly);
        Assume.That(File.Exists(path), $"{assembly} is not built: the real package is in use");
        string tool = s_tool.Value;
        var (exit, output) = Run(Environment.CurrentDirectory, "exec", tool, "--missing", Path.Combine(Shared()!, "api", list), path);
        Assert.That(output, Is.Empty, "members that the real package lacks");
        Assert.That(exit, Is.Zero);
    }

    private static readonly Lazy<string> s_tool = new(Build);

    /// <summary>The folder with the lists and the tool, beside the repository; null where there is none.</summary>
    private static string? Shared()
    {
        for (var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            string shared = Path.Combine(folder.FullName, "shared");
            if (File.Exists(Path.Combine(shared, "design.md")))
                return shared;
        }
        return null;
    }

    private static string Build()
    {
        string? shared = Shared();
        Assume.That(shared, Is.Not.Null, "the lists of the real packages are not at hand: no folder 'shared' beside the repository");
        string source = Path.Combine(shared!, "tools", "apidump");
        string work = Path.Combine(TestContext.CurrentContext.WorkDirectory, "apidump");
        Directory.CreateDirectory(work);
        foreach (string file in Directory.GetFiles(source))
        {
            string copy = Path.Combine(work, Path.GetFileName(file));
            File.WriteAllBytes(copy, File.ReadAllBytes(file));
        }
        // The tool has a policy of its own, not that of the repository around the copy.
        foreach (string name in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
            File.WriteAllText(Path.Combine(work, name), "<Project />");
        var (exit, output) = Run(work, "build", "-c", "Release", "-o", Path.Combine(work, "out"), "-v", "quiet", "-nologo");
        Assert.That(exit, Is.Zero, $"the tool does not build: {output}");
        return Path.Combine(work, "out", "apidump.dll");
    }

    private static (int Exit, string Output) Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Trim());
    }
}
