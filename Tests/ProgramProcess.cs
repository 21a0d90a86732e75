using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace Tef.Tests;

/// <summary>A built program as a user runs it.</summary>
internal sealed class ProgramProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private ProgramProcess(
        Assembly program, string workingFolder, string[] arguments, string? input, IReadOnlyDictionary<string, string?>? variables = null)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.ArgumentList.Add(program.Location);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        foreach ((string name, string? value) in variables ?? new Dictionary<string, string?>())
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Add(_error, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Write(input);
        _process.StandardInput.Close();
    }

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public string Output => Read(_output);

    public string Error => Read(_error);

    public static ProgramProcess Start(Assembly program, string workingFolder, params string[] arguments) =>
        new(program, workingFolder, arguments, input: null);

    /// <summary>Runs to the end.</summary>
    public static ProgramProcess Run(Assembly program, string workingFolder, params string[] arguments) =>
        RunWithInput(program, workingFolder, input: null, arguments);

    /// <summary>Runs to the end with environment variables.</summary>
    public static ProgramProcess RunWithVariables(
        Assembly program, string workingFolder, IReadOnlyDictionary<string, string?> variables, params string[] arguments)
    {
        var process = new ProgramProcess(program, workingFolder, arguments, input: null, variables);
        process.WaitForExit(TimeSpan.FromMinutes(2));
        return process;
    }

    /// <summary>Runs to the end with a text on the standard input.</summary>
    public static ProgramProcess RunWithInput(Assembly program, string workingFolder, string? input, params string[] arguments)
    {
        var process = new ProgramProcess(program, workingFolder, arguments, input);
        process.WaitForExit(TimeSpan.FromMinutes(2));
        return process;
    }

    public void WaitForExit(TimeSpan limit)
    {
        if (!_process.WaitForExit(limit))
        {
            _process.Kill();
            Assert.Fail($"The program did not end within {limit}.\n{Output}\n{Error}");
        }

        // The second wait is for the ends of the streams.
        _process.WaitForExit();
    }

    /// <summary>Waits until the output has some text.</summary>
    public void WaitForOutput(string text, TimeSpan limit)
    {
        bool Arrived() => _process.HasExited || Output.Contains(text, StringComparison.Ordinal);
        Assert.That(SpinWait.SpinUntil(Arrived, limit) && !_process.HasExited, Is.True, $"No '{text}' in:\n{Output}\n{Error}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private static void Add(StringBuilder builder, string? line)
    {
        lock (builder)
            builder.Append(line).Append('\n');
    }

    private static string Read(StringBuilder builder)
    {
        lock (builder)
            return builder.ToString().TrimEnd('\n');
    }
}
