using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Tef.Backends.Cuda;
using Tef.Backends.Torch.Filtering;
using Tef.Cli.CommandLine;
using Tef.Cli.Models;
using Tef.Cli.Output;
using Tef.Core.Configuration;
using Tef.Core.Models;
using Tef.Core.Runs;
using Tef.Samples.Common;
using TorchSharp;

namespace Tef.Cli.Commands;

/// <summary><c>tef doctor</c>: what there is to compute with, and what of it will be used.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var configuration = new ConfigurationOptions();
        Option<bool> json = CommonOptions.Json();
        Command command = new("doctor", "Shows what there is to compute with, what will be used, and why not more.") { json };
        configuration.AddTo(command);
        command.SetAction(result => Run(configuration.Load(result).Run, Printer.For(result.GetValue(json))));
        return command;
    }

    private static int Run(RunSettings settings, Printer printer)
    {
        MachineInfo machine = MachineInfo.Current();
        CudaAvailability cuda = CudaAvailability.Probe();
        using var log = new LogLines();
        using ServiceProvider services = Runtime.Create(settings, log);
        ILanguageModelBackend backend = Runtime.Backend(services);
        string engine = typeof(torch).Assembly.GetName().Name!;
        string packages = engine == "TorchSharp" ? "nuget (Microsoft.ML, TorchSharp)" : "managed (sources under Managed/)";
        int threads = torch.get_num_threads();
        IReadOnlyList<TokenFilterKernelsStatus> filters = TokenFilterKernelsStatus.Of(services);
        if (printer.Json)
        {
            Printer.WriteJson(new
            {
                Version = MachineInfo.CodeVersion,
                Machine = machine,
                Packages = packages,
                TensorEngine = engine,
                Backend = backend.Name,
                Threads = threads,
                Cuda = new { cuda.IsUsable, cuda.Library, DriverVersion = cuda.DriverVersion?.ToString(), cuda.Devices, cuda.TensorEngineHasCuda, cuda.Reason },
                TokenFilterKernels = filters,
                Used = log.Lines,
            });
            return ExitCode.Success;
        }

        printer.Field("version", MachineInfo.CodeVersion);
        printer.Field("system", $"{machine.System}, {machine.Architecture}");
        printer.Field("runtime", machine.Runtime);
        printer.Field("processor", $"{(machine.Processor.Length > 0 ? machine.Processor : "unknown")}, {machine.Processors} usable");
        printer.Field("vectors", machine.Vectors.Count > 0 ? string.Join(", ", machine.Vectors) : "none");
        printer.Field("memory", $"{machine.MemoryBytes / (double)(1 << 30):F1} GiB");
        printer.Field("packages", packages);
        printer.Field("tensor engine", $"{engine}, {threads} threads");
        string[] lines = cuda.ToString().Split('\n');
        printer.Field("cuda", lines[0].Replace("CUDA kernels: ", "", StringComparison.Ordinal));
        foreach (string line in lines.Skip(1))
            printer.Field("", line.Trim());
        printer.Field("backend", backend.Name);
        foreach (TokenFilterKernelsStatus filter in filters)
            printer.Field("token filters", $"{filter.Name}: {(filter.IsChosen ? "used" : filter.Serves ? "at hand" : filter.Reason)}");
        printer.Field("used", log.Lines[^1]);
        return ExitCode.Success;
    }
}
