using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tef.Core.Tracking.ClearML;

/// <summary>
/// Calls of ClearML's REST API: <c>POST service.action</c> with a JSON object, or with an object a line for batches; the answer is
/// <c>{meta: {result_code, result_msg}, data}</c>. A token is fetched with the keys at the first call, and again when it expired.
/// </summary>
internal sealed class ClearMLClient : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly ClearMLAccess _access;
    private readonly HttpClient _http;
    private string? _token;

    public ClearMLClient(ClearMLAccess access)
    {
        _access = access;
        // A proxy for the world knows nothing of servers on this machine.
        var handler = new SocketsHttpHandler { UseProxy = !access.Server.IsLoopback };
        _http = new HttpClient(handler) { BaseAddress = access.Server, Timeout = Timeout };
    }

    /// <summary>Calls an action and returns the data of its answer.</summary>
    /// <exception cref="ClearMLException">The server is away, or says no.</exception>
    public Task<JsonObject> CallAsync(string action, JsonObject body, CancellationToken cancellation) =>
        WithTokenAsync(action, body.ToJsonString(), "application/json", cancellation);

    /// <summary>Sends events, one JSON object each.</summary>
    /// <exception cref="ClearMLException">The server is away, or says no.</exception>
    public async Task SendEventsAsync(IEnumerable<JsonObject> events, CancellationToken cancellation)
    {
        string lines = string.Join('\n', events.Select(one => one.ToJsonString()));
        JsonObject data = await WithTokenAsync("events.add_batch", lines, "application/json-lines", cancellation).ConfigureAwait(false);
        if (data["errors"]?.GetValue<long>() is > 0 and var errors)
        {
            string reason = data["errors_info"]?.ToJsonString() ?? "it does not say why";
            throw new ClearMLException(
                ClearMLFailure.Rejected, $"{_access.Server} did not take {errors} events: {reason}");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonObject> WithTokenAsync(string action, string body, string type, CancellationToken cancellation)
    {
        bool isFresh = _token is null;
        _token ??= await LoginAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await PostAsync(action, body, type, Bearer(), cancellation).ConfigureAwait(false);
        }
        catch (ClearMLException exception) when (exception.Failure == ClearMLFailure.Refused && !isFresh)
        {
            _token = await LoginAsync(cancellation).ConfigureAwait(false);
            return await PostAsync(action, body, type, Bearer(), cancellation).ConfigureAwait(false);
        }

        AuthenticationHeaderValue Bearer() => new("Bearer", _token);
    }

    private async Task<string> LoginAsync(CancellationToken cancellation)
    {
        string keys = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_access.AccessKey}:{_access.SecretKey}"));
        var basic = new AuthenticationHeaderValue("Basic", keys);
        JsonObject data = await PostAsync("auth.login", "{}", "application/json", basic, cancellation).ConfigureAwait(false);
        return data["token"] is JsonValue token && token.TryGetValue(out string? text)
            ? text
            : throw new ClearMLException(ClearMLFailure.Refused, $"{_access.Server} answers the login without a token; is it the API server?");
    }

    private async Task<JsonObject> PostAsync(
        string action, string body, string type, AuthenticationHeaderValue authorization, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, action)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.Authorization = authorization;
        HttpStatusCode status;
        string text;
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
            status = response.StatusCode;
            text = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException || (exception is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new ClearMLException(ClearMLFailure.Away, $"{_access.Server} cannot be reached: {exception.Message}", exception);
        }

        JsonObject? answer = Parse(text);
        if (status == HttpStatusCode.OK)
        {
            return answer?["data"] as JsonObject
                ?? throw new ClearMLException(ClearMLFailure.Refused, $"{_access.Server} does not answer as ClearML's API server.");
        }

        string reason = (answer?["meta"] as JsonObject)?["result_msg"]?.ToString() ?? status.ToString();
        ClearMLFailure failure = status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ClearMLFailure.Refused,
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => ClearMLFailure.Away,
            _ => ClearMLFailure.Rejected,
        };
        throw new ClearMLException(failure, $"{_access.Server} answers {action} with {(int)status}: {reason}");
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
