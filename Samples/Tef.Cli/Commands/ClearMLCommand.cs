using System.CommandLine;
using Tef.Cli.CommandLine;
using Tef.Cli.Output;
using Tef.Core.Configuration;
using Tef.Core.Runs;
using Tef.Core.Tracking.ClearML;
using Tef.Samples.Common;

namespace Tef.Cli.Commands;

/// <summary><c>tef clearml</c>: what a run has for a ClearML server and could not send.</summary>
internal static class ClearMLCommand
{
    private const string Details =
        """
        Keys come from CLEARML_API_ACCESS_KEY and CLEARML_API_SECRET_KEY, the address from --api-server, tracking.clearml.apiServer of
        the run, or CLEARML_API_HOST. What was sent is not sent again.
        """;

    public static Command Create() => new("clearml", "Sends what runs have kept for a ClearML server.") { CreateSend() };

    private static Command CreateSend()
    {
        Argument<string[]> runs = new("RUN") { Description = "Run folders.", Arity = ArgumentArity.OneOrMore };
        Option<string?> server = CommonOptions.Text("--api-server", "URL", "The address of the API server. [default: as in the run]");
        Option<bool> json = CommonOptions.Json();
        Command command = new("send", "Sends the events that were kept while the server was away.") { runs, server, json };
        DetailedHelp.Add(command, Details);
        command.SetAction(async (result, _) =>
        {
            Printer printer = Printer.For(result.GetValue(json));
            List<object> all = [];
            foreach (string run in result.GetValue(runs)!)
            {
                using var log = new LogLines();
                int sent = await ClearMLTracker.SendPendingAsync(run, SettingsOf(run, result.GetValue(server)), log, CommandRunner.Interrupted)
                    .ConfigureAwait(false);
                all.Add(new { Run = run, Sent = sent, Problems = log.Lines });
                printer.Field(run, sent == 0 ? "nothing left to send" : $"{sent:N0} events and calls sent");
                foreach (string problem in log.Lines)
                    printer.Field("", problem);
            }

            if (printer.Json)
                Printer.WriteJson(all);
            return ExitCode.Success;
        });
        return command;
    }

    private static ClearMLSettings SettingsOf(string path, string? server)
    {
        if (!RunFolder.IsRun(path))
            throw new DirectoryNotFoundException($"'{path}' is no run folder.");
        ClearMLSettings settings = new RunFolder(path).ReadConfiguration().Tracking.ClearML;
        settings = settings with { ApiServer = server ?? settings.ApiServer };
        settings.Validate();
        return settings;
    }
}
