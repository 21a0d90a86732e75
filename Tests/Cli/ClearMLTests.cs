using System.Text.Json;
using Tef.Cli.CommandLine;
using Tef.Tests.Core.Tracking;

namespace Tef.Tests.Cli;

/// <summary>What a run kept while the server was away is sent by a verb.</summary>
public sealed class ClearMLTests
{
    private const string Nobody = "http://127.0.0.1:9";

    [Test]
    public void WhatWasKeptIsSentLater()
    {
        using var server = new FakeClearMLServer();
        using (ProgramProcess away = Run(
            Nobody,
            [
                "fit", "--set", "data.train=train.txt", .. Workplace.Tiny, "--set", "training.maxSteps=2", "--set", "generation.maxNewTokens=2",
                "--set", "tracking.trackers=[clearml]", "--set", "tracking.clearml.endSeconds=0", "--out", "kept",
            ]))
        {
            Assert.That(away.ExitCode, Is.Zero, away.Output + away.Error);
        }

        using (ProgramProcess still = Run(Nobody, ["clearml", "send", "kept"]))
        {
            Assert.That(still.ExitCode, Is.EqualTo(1));
            Assert.That(still.Error, Does.StartWith("error: ").And.Contain("cannot be reached").And.Not.Contain("\n"));
        }

        using (ProgramProcess back = Run(Nobody, ["clearml", "send", "kept", "--api-server", server.Address, "--json"]))
        {
            Assert.That(back.ExitCode, Is.Zero, back.Error);
            Assert.That(JsonDocument.Parse(back.Output).RootElement[0].GetProperty("sent").GetInt32(), Is.GreaterThan(10));
        }

        Assert.That(server.Events.Select(one => (long?)one["iter"]), Has.Member(1).And.Member(2));
        Assert.That(server.Calls[^1].Action, Is.EqualTo("tasks.completed"));
        using ProgramProcess again = Run(server.Address, ["clearml", "send", "kept"]);
        Assert.That(again.Output, Does.Contain("nothing left to send"));
    }

    [Test]
    public void ARunWithoutEventsSaysSo()
    {
        using ProgramProcess none = Run(Nobody, ["clearml", "send", Workplace.Run]);
        Assert.That(none.ExitCode, Is.EqualTo(1));
        Assert.That(none.Error, Does.StartWith("error: ").And.Contain("not tracked by ClearML").And.Not.Contain("\n"));
    }

    private static ProgramProcess Run(string host, string[] arguments) => ProgramProcess.RunWithVariables(
        typeof(CommandRunner).Assembly,
        Workplace.Folder,
        new Dictionary<string, string?>
        {
            ["CLEARML_API_HOST"] = host,
            ["CLEARML_API_ACCESS_KEY"] = "access",
            ["CLEARML_API_SECRET_KEY"] = "secret",
        },
        arguments);
}
