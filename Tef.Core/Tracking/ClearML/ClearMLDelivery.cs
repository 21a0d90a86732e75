using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Tef.Core.Tracking.ClearML;

/// <summary>Carries an outbox to a server, in order: the task with its configuration, batches of events, how the run ended.</summary>
/// <param name="outbox">What to send.</param>
/// <param name="client">The server.</param>
/// <param name="logger">Where rejected lines are told.</param>
internal sealed class ClearMLDelivery(Outbox outbox, ClearMLClient client, ILogger logger)
{
    private bool _toldRejection;

    /// <summary>Sends all there is.</summary>
    /// <returns>Lines that are done with.</returns>
    /// <exception cref="ClearMLException">The server is away or refuses the keys; what is not sent stays.</exception>
    public async Task<int> SendAllAsync(CancellationToken cancellation)
    {
        int sent = 0;
        while (!outbox.IsEmpty)
        {
            (List<JsonObject> lines, List<long> ends) = outbox.Peek();
            for (int i = 0; i < lines.Count;)
            {
                int events = lines.Skip(i).TakeWhile(line => line["event"] is JsonObject).Count();
                int count = Math.Max(events, 1);
                await TryAsync(
                    () => events > 0 ? SendEventsAsync(lines.GetRange(i, events), cancellation) : SendAsync(lines[i], cancellation))
                    .ConfigureAwait(false);
                outbox.MarkSent(ends[i + count - 1]);
                i += count;
                sent += count;
            }
        }

        return sent;
    }

    /// <summary>What a server rejects for good would stop all that follows, so it is told, once, and left behind.</summary>
    private async Task TryAsync(Func<Task> send)
    {
        try
        {
            await send().ConfigureAwait(false);
        }
        catch (ClearMLException exception) when (exception.Failure == ClearMLFailure.Rejected)
        {
            if (!_toldRejection)
                logger.LogWarning("ClearML: {Reason} It is not sent again.", exception.Message);
            _toldRejection = true;
        }
    }

    private Task SendEventsAsync(IEnumerable<JsonObject> lines, CancellationToken cancellation) =>
        outbox.TaskId is null
            ? throw new ClearMLException(ClearMLFailure.Rejected, "There is no task that the events belong to.")
            : client.SendEventsAsync(lines.Select(line => WithTask(line["event"]!.AsObject())), cancellation);

    private async Task SendAsync(JsonObject line, CancellationToken cancellation)
    {
        if (line["start"] is JsonObject start)
            await StartAsync(start, cancellation).ConfigureAwait(false);
        else if (line["call"] is JsonValue action)
            await client.CallAsync(action.ToString(), WithTask(line["body"] as JsonObject ?? []), cancellation).ConfigureAwait(false);
    }

    private async Task StartAsync(JsonObject start, CancellationToken cancellation)
    {
        if (outbox.TaskId is null)
        {
            JsonObject task = await client.CallAsync(
                "tasks.create",
                new JsonObject
                {
                    ["name"] = start["task"]!.DeepClone(),
                    ["type"] = "training",
                    ["project"] = await ProjectAsync(start["project"]!.ToString(), cancellation).ConfigureAwait(false),
                },
                cancellation).ConfigureAwait(false);
            outbox.SetTask(IdOf(task));
        }

        await client.CallAsync("tasks.edit_hyper_params", WithTask(new JsonObject
        {
            ["hyperparams"] = start["parameters"]!.DeepClone(),
            ["replace_hyperparams"] = "all",
            ["force"] = true,
        }), cancellation).ConfigureAwait(false);
        await client.CallAsync("tasks.edit_configuration", WithTask(new JsonObject
        {
            ["configuration"] = start["configuration"]!.DeepClone(),
            ["force"] = true,
        }), cancellation).ConfigureAwait(false);
        await client.CallAsync("tasks.started", WithTask(new JsonObject { ["force"] = true }), cancellation).ConfigureAwait(false);
    }

    private async Task<string> ProjectAsync(string name, CancellationToken cancellation)
    {
        JsonObject found = await client.CallAsync(
            "projects.get_all",
            new JsonObject { ["name"] = $"^{Regex.Escape(name)}$", ["only_fields"] = new JsonArray("id", "name") },
            cancellation).ConfigureAwait(false);
        JsonNode? project = (found["projects"] as JsonArray)?.FirstOrDefault(one => one?["name"]?.ToString() == name);
        return project is JsonObject existing
            ? IdOf(existing)
            : IdOf(await client.CallAsync(
                "projects.create", new JsonObject { ["name"] = name, ["description"] = "" }, cancellation).ConfigureAwait(false));
    }

    private JsonObject WithTask(JsonObject body)
    {
        var copy = new JsonObject { ["task"] = outbox.TaskId };
        foreach ((string name, JsonNode? value) in body)
            copy[name] = value?.DeepClone();
        return copy;
    }

    private static string IdOf(JsonObject data) =>
        data["id"]?.ToString() ?? throw new ClearMLException(ClearMLFailure.Rejected, "The server made something without an id.");
}
