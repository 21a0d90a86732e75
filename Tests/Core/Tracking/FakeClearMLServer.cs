using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Tef.Tests.Core.Tracking;

/// <summary>
/// Answers on the loopback interface as ClearML's API server does: a login with keys, then calls with its token, each with an
/// envelope of <c>meta</c> and <c>data</c>. Remembers what it was told.
/// </summary>
internal sealed class FakeClearMLServer : IDisposable
{
    private readonly HttpListener _listener;
    private readonly Task _serving;
    private string _token = "";
    private int _logins;

    public FakeClearMLServer()
    {
        (_listener, Address) = Listen();
        _serving = Task.Run(ServeAsync);
    }

    public string Address { get; }

    /// <summary>All calls with their bodies, in order; batches of events by their lines.</summary>
    public List<(string Action, JsonNode Body)> Calls { get; } = [];

    public List<JsonObject> Events { get; } = [];

    public List<string> Projects { get; } = [];

    /// <summary>Answers this many requests with 503.</summary>
    public int Outage { get; set; }

    /// <summary>Forgets the token before this many requests.</summary>
    public bool ExpireToken { get; set; }

    /// <summary>Answers batches of events with 400.</summary>
    public bool RejectEvents { get; set; }

    public int Logins => _logins;

    public Func<string, string?> Variables => name => name switch
    {
        "CLEARML_API_HOST" => Address,
        "CLEARML_API_ACCESS_KEY" => "access",
        "CLEARML_API_SECRET_KEY" => "secret",
        _ => null,
    };

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait();
    }

    private static (HttpListener Listener, string Address) Listen()
    {
        for (int tries = 0; ; tries++)
        {
            int port;
            using (var probe = new TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                port = ((IPEndPoint)probe.LocalEndpoint).Port;
            }

            var listener = new HttpListener();
            string address = $"http://127.0.0.1:{port}/";
            listener.Prefixes.Add(address);
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException) when (tries < 20)
            {
                // Somebody else took the port meanwhile.
            }
        }
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            (int status, JsonObject data) = Answer(context.Request, await reader.ReadToEndAsync());
            var envelope = new JsonObject
            {
                ["meta"] = new JsonObject { ["result_code"] = status, ["result_msg"] = status == 200 ? "OK" : "the fake says no" },
                ["data"] = data,
            };
            byte[] bytes = Encoding.UTF8.GetBytes(envelope.ToJsonString());
            context.Response.StatusCode = status;
            await context.Response.OutputStream.WriteAsync(bytes);
            context.Response.Close();
        }
    }

    private (int Status, JsonObject Data) Answer(HttpListenerRequest request, string body)
    {
        lock (Calls)
        {
            string action = request.Url!.AbsolutePath.TrimStart('/');
            string? authorization = request.Headers["Authorization"];
            if (Outage > 0)
            {
                Outage--;
                return (503, []);
            }

            if (action == "auth.login")
            {
                if (authorization != "Basic " + Convert.ToBase64String("access:secret"u8))
                    return (401, []);
                _token = $"token-{++_logins}";
                return (200, new JsonObject { ["token"] = _token });
            }

            if (ExpireToken)
            {
                ExpireToken = false;
                _token = "another";
            }

            if (request.HttpMethod != "POST" || authorization != $"Bearer {_token}")
                return (401, []);
            if (action == "events.add_batch")
            {
                if (RejectEvents || request.ContentType != "application/json-lines")
                    return (400, []);
                JsonObject[] events = [.. body.Split('\n').Select(line => JsonNode.Parse(line)!.AsObject())];
                Calls.Add((action, new JsonArray([.. events.Select(one => one.DeepClone())])));
                Events.AddRange(events);
                return (200, new JsonObject { ["added"] = events.Length, ["errors"] = 0 });
            }

            JsonObject call = JsonNode.Parse(body)!.AsObject();
            Calls.Add((action, call));
            switch (action)
            {
                case "projects.get_all":
                    return (200, new JsonObject
                    {
                        ["projects"] = new JsonArray([.. Projects.Select((name, i) =>
                            new JsonObject { ["id"] = $"project-{i}", ["name"] = name })]),
                    });
                case "projects.create":
                    Projects.Add((string)call["name"]!);
                    return (200, new JsonObject { ["id"] = $"project-{Projects.Count - 1}" });
                case "tasks.create":
                    return (200, new JsonObject { ["id"] = "task-1" });
                default:
                    return (200, new JsonObject { ["updated"] = 1 });
            }
        }
    }
}
