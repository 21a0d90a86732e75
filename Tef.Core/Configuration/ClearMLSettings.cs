namespace Tef.Core.Configuration;

/// <summary>
/// The task that a ClearML server shows for a run. Keys are no options, because options are saved with the run: they come from the
/// environment variables <c>CLEARML_API_ACCESS_KEY</c> and <c>CLEARML_API_SECRET_KEY</c>, as for ClearML's own client.
/// </summary>
public sealed record ClearMLSettings
{
    /// <summary>The address of the API server; <c>CLEARML_API_HOST</c>, or else ClearML's public server when null.</summary>
    public string? ApiServer { get; init; }

    /// <summary>The project; made when there is none of this name.</summary>
    public string Project { get; init; } = "Tef.MLNet";

    /// <summary>The task; the name of the run when null.</summary>
    public string? Task { get; init; }

    /// <summary>Seconds that events are gathered before they are sent together.</summary>
    public double FlushSeconds { get; init; } = 5;

    /// <summary>Seconds that the end of a run waits for events to be sent; the rest stays on disk and is sent when the run goes on.</summary>
    public double EndSeconds { get; init; } = 10;

    /// <summary>Throws when a value is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        bool isAddress = ApiServer is null || (Uri.TryCreate(ApiServer, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https");
        if (!isAddress)
            throw new ArgumentException($"ApiServer must be an http or https address, but is '{ApiServer}'.", nameof(ApiServer));
        if (Project.Length == 0)
            throw new ArgumentException("Project must not be empty.", nameof(Project));
        OptionGuard.Between(FlushSeconds, 0.01, 3600);
        OptionGuard.Between(EndSeconds, 0, 3600);
    }
}
