using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Tef.Tests.Cuda;

/// <summary>Compiles the CUDA sources for the processor. Tests that need this are skipped where there is no compiler.</summary>
internal static class NativeCode
{
    private static readonly string[] Checks = ["check_main.cpp", "check_keep_mask.cpp", "check_rows.cpp", "host_runtime.cpp"];
    private static readonly string[] Driver = ["fake_driver.cpp", "host_runtime.cpp"];
    private static readonly string[] Kernels = ["keep_mask.cu", "rows.cu"];
    private static readonly Lock Gate = new();

    /// <summary>The folder of the CUDA backend in the repository.</summary>
    public static string BackendFolder => Path.Combine(RepositoryFolder, "Tef.Backends.Cuda");

    public static string RepositoryFolder { get; } = FindRepository();

    private static string Sources => Path.Combine(RepositoryFolder, "Tests", "Cuda", "Native");

    /// <summary>A program that runs the kernels on the processor and compares them with a reference.</summary>
    /// <param name="sanitized">With address and undefined-behaviour sanitizers.</param>
    public static string CheckProgram(bool sanitized) => sanitized
        ? Build("check-sanitized", Checks, ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"])
        : Build("check", Checks, ["-O2"]);

    /// <summary>A shared library that stands in for the CUDA driver.</summary>
    public static string DriverLibrary() => Build("libfakecuda.so", Driver, ["-O2", "-fPIC", "-shared"]);

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Exit code, and what it wrote to both streams.</returns>
    public static (int Code, string Output) Run(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // The processes of dotnet hand their variables down; compilers and checks need none of them but the path.
        start.Environment.Remove("LD_PRELOAD");
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    /// <summary>The first of some programs that starts; null when none does.</summary>
    public static string? FindProgram(params IEnumerable<string> names) => names.FirstOrDefault(name =>
    {
        try
        {
            return Run(name, "--version").Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });

    private static string Build(string name, string[] sources, string[] options)
    {
        Assume.That(OperatingSystem.IsWindows(), Is.False, "the kernels are checked on the processor with POSIX contexts");
        lock (Gate)
        {
            string? compiler = FindProgram("g++", "clang++");
            Assume.That(compiler, Is.Not.Null, "no C++ compiler (g++ or clang++) is installed");
            string kernels = Path.Combine(BackendFolder, "Kernels");
            string[] arguments =
            [
                "-std=c++17", "-Wall", "-Wextra", "-Werror", "-Wno-unknown-pragmas", "-ffp-contract=off", .. options,
                "-I", Sources, "-I", kernels,
                .. sources.Select(file => Path.Combine(Sources, file)),
                "-x", "c++", "-include", "host_prelude.h", .. Kernels.Select(file => Path.Combine(kernels, file)),
            ];

            // Compiled once for the same sources, also from run to run.
            string folder = Path.Combine(TestContext.CurrentContext.TestDirectory, "native", Hash(arguments, kernels));
            string target = Path.Combine(folder, name);
            if (File.Exists(target))
                return target;
            Directory.CreateDirectory(folder);
            string fresh = target + ".new";
            var (code, output) = Run(compiler!, [.. arguments, "-o", fresh]);
            if (options.Contains("-g") && code != 0)
                Assume.That(output, Does.Not.Contain("asan").And.Not.Contain("ubsan"), $"{compiler} has no sanitizers here");
            Assert.That(code, Is.Zero, output);
            File.Move(fresh, target, overwrite: true);
            return target;
        }
    }

    private static string Hash(string[] arguments, string kernels)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Join('\n', arguments)));
        foreach (string file in Directory.EnumerateFiles(Sources).Concat(Directory.EnumerateFiles(kernels)).Order(StringComparer.Ordinal))
            hash.AppendData(File.ReadAllBytes(file));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Tef.MLNet.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
