using System.Text.Json.Nodes;
using Tef.Core.Configuration;
using Tef.Core.Tracking;
using Tef.Core.Tracking.ClearML;

namespace Tef.Tests.Core.Tracking;

/// <summary>Runs as tasks of a ClearML server, with a local one in its place: present, away, back again, refusing.</summary>
public sealed class ClearMLTests
{
    private static readonly ClearMLSettings Settings = new() { Project = "tales (a+b)", FlushSeconds = 0.01, EndSeconds = 60 };

    private TemporaryFolder _folder = null!;
    private FakeClearMLServer _server = null!;
    private CollectedLog _log = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        _server = new FakeClearMLServer();
        _log = new CollectedLog();
    }

    [TearDown]
    public void TearDown()
    {
        _server.Dispose();
        _folder.Dispose();
        _log.Dispose();
    }

    [Test]
    public void A_run_becomes_a_task_with_configuration_events_and_an_end()
    {
        using (ClearMLTracker tracker = Tracker())
        {
            tracker.Start(Run());
            tracker.Scalars(5, [new("train/loss", 2.5), new("valid/loss", 3), new("kept/block_01", 0.5), new("x", double.NaN)]);
            tracker.Text(5, "sample", "Once\nupon");
            tracker.Histogram(6, "gates/block_01", [0, 1]);
            tracker.End(RunOutcome.Completed);
        }

        Assert.That(_server.Calls.Select(call => call.Action).Where(action => action != "events.add_batch"), Is.EqualTo(new[]
        {
            "projects.get_all", "projects.create", "tasks.create", "tasks.edit_hyper_params", "tasks.edit_configuration", "tasks.started",
            "tasks.completed",
        }));
        Assert.That((string?)Body("projects.get_all")["name"], Is.EqualTo(@"^tales\ \(a\+b\)$"));
        Assert.That(Body("tasks.create").ToJsonString(), Is.EqualTo("""{"name":"stories","type":"training","project":"project-0"}"""));
        JsonArray parameters = Body("tasks.edit_hyper_params")["hyperparams"]!.AsArray();
        Assert.That(Parameter(parameters, "training", "learningRate"), Is.EqualTo("0.001"));
        Assert.That(Parameter(parameters, "tracking", "clearml.project"), Is.EqualTo("Tef.MLNet"));
        Assert.That(Parameter(parameters, "machine", "processor"), Is.EqualTo("two cores"));
        Assert.That(
            (string?)Body("tasks.edit_configuration")["configuration"]![0]!["value"],
            Is.EqualTo(ConfigurationFiles.Write(new TefConfiguration())));
        Assert.That((string?)Body("tasks.completed")["task"], Is.EqualTo("task-1"));

        Assert.That(_server.Events.Select(one => (string?)one["task"]), Has.All.EqualTo("task-1"));
        Assert.That(_server.Events.Select(one => (string?)one["type"]), Is.EqualTo(new[]
        {
            "training_stats_scalar", "training_stats_scalar", "training_stats_scalar", "log", "log", "plot",
        }));
        Assert.That(
            _server.Events.Take(3).Select(one => ((string?)one["metric"], (string?)one["variant"], (long)one["iter"]!, (double)one["value"]!)),
            Is.EqualTo(new[] { ("loss", "train", 5L, 2.5), ("loss", "valid", 5L, 3.0), ("kept", "block_01", 5L, 0.5) }));
        Assert.That((long)_server.Events[0]["timestamp"]!, Is.EqualTo(1_700_000_000_000));
        Assert.That((string?)_server.Events[3]["msg"], Is.EqualTo("step 5: x is NaN"));
        Assert.That((string?)_server.Events[4]["msg"], Is.EqualTo("step 5: sample: Once\nupon"));
        Assert.That(JsonNode.Parse((string)_server.Events[5]["plot_str"]!)!["data"]![0]!["y"]!.AsArray().Sum(count => (int)count!), Is.EqualTo(2));
        Assert.That(_server.Logins, Is.EqualTo(1));
        Assert.That(_log.Lines, Is.Empty);
    }

    [Test]
    public void A_project_that_exists_is_used()
    {
        _server.Projects.AddRange(["other", Settings.Project]);
        Track(RunOutcome.Cancelled);
        Assert.That(_server.Calls.Select(call => call.Action), Does.Not.Contain("projects.create").And.Contain("tasks.stopped"));
        Assert.That((string?)Body("tasks.create")["project"], Is.EqualTo("project-1"));
    }

    [Test]
    public void While_the_server_is_away_events_wait_and_then_all_arrive_in_order()
    {
        _server.Outage = 4;
        using (ClearMLTracker tracker = Tracker())
        {
            tracker.Start(Run());
            for (int step = 1; step <= 1300; step++)
                tracker.Scalars(step, [new("train/loss", step)]);
            tracker.End(RunOutcome.Failed, "no memory");
        }

        Assert.That(_server.Events.Select(one => (long)one["iter"]!), Is.EqualTo(Enumerable.Range(1, 1300).Select(step => (long)step)));
        Assert.That(_server.Calls.Where(call => call.Action == "events.add_batch").Select(call => call.Body.AsArray().Count), Has.All.AtMost(500));
        Assert.That((string?)Body("tasks.failed")["status_message"], Is.EqualTo("no memory"));
        Assert.That(_log.Lines, Has.Count.EqualTo(2));
        Assert.That(_log.Lines[0], Does.Contain("503").And.Contain("kept and sent later"));
        Assert.That(_log.Lines[1], Does.Contain("back"));
    }

    [Test]
    public async Task What_was_not_sent_is_sent_later()
    {
        Func<string, string?> nowhere = name => name == "CLEARML_API_HOST" ? "http://127.0.0.1:9" : _server.Variables(name);
        using (var tracker = new ClearMLTracker(Settings with { EndSeconds = 0 }, _log, nowhere, new FixedTime()))
        {
            tracker.Start(Run());
            tracker.Scalars(1, [new("a", 1)]);
            tracker.End(RunOutcome.Completed);
        }

        Assert.That(_server.Calls, Is.Empty);
        Assert.That(_log.Lines[^1], Does.Contain("will be sent when the run is taken up again"));

        await ClearMLTracker.SendPendingAsync(_folder.Path, Settings, _log, _server.Variables, CancellationToken.None);
        Assert.That(_server.Events.Single()["metric"]!.ToString(), Is.EqualTo("a"));
        Assert.That(_server.Calls[^1].Action, Is.EqualTo("tasks.completed"));

        int calls = _server.Calls.Count;
        await ClearMLTracker.SendPendingAsync(_folder.Path, Settings, _log, _server.Variables, CancellationToken.None);
        Assert.That(_server.Calls, Has.Count.EqualTo(calls), "nothing is sent twice");
    }

    [Test]
    public void A_resumed_run_goes_on_in_its_task_and_sends_what_was_left()
    {
        Track(RunOutcome.Cancelled);
        using (var offline = new ClearMLTracker(Settings, _log, _ => null, new FixedTime()))
        {
            offline.Start(Run(resumed: 1));
            offline.Scalars(2, [new("a", 2)]);
            offline.End(RunOutcome.Cancelled);
        }

        Assert.That(_log.Lines.Single(), Does.Contain("CLEARML_API_ACCESS_KEY").And.Contain("kept"));
        File.AppendAllText(_folder.File("clearml", "outbox.jsonl"), "{\"event\":{\"cut o");
        using (ClearMLTracker tracker = Tracker())
        {
            tracker.Start(Run(resumed: 1));
            tracker.Scalars(3, [new("a", 3)]);
            tracker.End(RunOutcome.Completed);
        }

        Assert.That(_server.Calls.Count(call => call.Action == "tasks.create"), Is.EqualTo(1));
        Assert.That(_server.Events.Select(one => (long)one["iter"]!), Is.EqualTo(new long[] { 1, 2, 3 }));
        Assert.That(_server.Calls[^1].Action, Is.EqualTo("tasks.completed"));
    }

    [Test]
    public void An_expired_token_is_replaced()
    {
        _server.ExpireToken = true;
        Track(RunOutcome.Completed);
        // The first token was not accepted even once, which looks like wrong keys: only later ones expire.
        Assert.That(_server.Logins, Is.EqualTo(1));
        Assert.That(_log.Lines.Single(), Does.Contain("401"));

        using (ClearMLTracker tracker = Tracker())
        {
            tracker.Start(Run(resumed: 1));
            while (_server.Logins < 2 || !HasCall("tasks.started"))
                Thread.Yield();
            _server.ExpireToken = true;
            tracker.Scalars(2, [new("a", 2)]);
            tracker.End(RunOutcome.Completed);
        }

        Assert.That(_server.Logins, Is.EqualTo(3));
        Assert.That(_server.Events.Select(one => (long)one["iter"]!), Is.EqualTo(new long[] { 1, 2 }));
    }

    [Test]
    public void Wrong_keys_are_told_once_and_events_kept()
    {
        using (var tracker = new ClearMLTracker(
            Settings, _log, name => name.EndsWith("SECRET_KEY", StringComparison.Ordinal) ? "wrong" : _server.Variables(name), new FixedTime()))
        {
            tracker.Start(Run());
            tracker.Scalars(1, [new("a", 1)]);
            tracker.End(RunOutcome.Completed);
        }

        Assert.That(_log.Lines.Single(), Does.Contain("401").And.Contain("kept and no longer sent").And.Not.Contain("wrong"));
        Assert.That(File.ReadAllLines(_folder.File("clearml", "outbox.jsonl")), Has.Length.EqualTo(3));
    }

    [Test]
    public void Events_that_the_server_rejects_do_not_stop_the_rest()
    {
        _server.RejectEvents = true;
        Track(RunOutcome.Completed);
        Assert.That(_server.Calls[^1].Action, Is.EqualTo("tasks.completed"));
        Assert.That(_log.Lines.Single(), Does.Contain("400: the fake says no"));
    }

    [Test]
    public void Mistakes_are_clear()
    {
        Assert.That(
            () => ClearMLTracker.SendPendingAsync(_folder.Path, Settings, _log, _server.Variables, CancellationToken.None),
            Throws.TypeOf<DirectoryNotFoundException>().With.Message.Contains("was not tracked by ClearML"));
        Assert.That(
            () => ClearMLAccess.Find(null, name => name == "CLEARML_API_HOST" ? "ftp://x" : null),
            Throws.ArgumentException.With.Message.Contains("CLEARML_API_HOST must be an http or https address, but is 'ftp://x'"));
        Assert.That(ClearMLAccess.Find(null, name => name == "CLEARML_API_HOST" ? null : "k")?.ToString(), Does.Not.Contain("SecretKey"));
    }

    private ClearMLTracker Tracker() => new(Settings, _log, _server.Variables, new FixedTime());

    private void Track(RunOutcome outcome)
    {
        using ClearMLTracker tracker = Tracker();
        tracker.Start(Run());
        tracker.Scalars(1, [new("a", 1)]);
        tracker.End(outcome);
    }

    private bool HasCall(string action)
    {
        lock (_server.Calls)
            return _server.Calls.Any(call => call.Action == action);
    }

    private TrackedRun Run(long? resumed = null) => new()
    {
        Name = "stories",
        Folder = _folder.Path,
        Configuration = new TefConfiguration(),
        Machine = new Dictionary<string, string> { ["processor"] = "two cores" },
        ResumedStep = resumed,
    };

    private JsonNode Body(string action) => _server.Calls.Single(call => call.Action == action).Body;

    private static string? Parameter(JsonArray parameters, string section, string name) =>
        (string?)parameters.Single(one => (string?)one!["section"] == section && (string?)one["name"] == name)!["value"];
}
