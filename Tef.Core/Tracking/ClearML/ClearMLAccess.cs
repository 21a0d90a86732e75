namespace Tef.Core.Tracking.ClearML;

/// <summary>Where a server is and with which keys it lets one in.</summary>
/// <param name="Server">The address of the API server.</param>
/// <param name="AccessKey">The public half of the keys.</param>
/// <param name="SecretKey">The secret half.</param>
internal sealed record ClearMLAccess(Uri Server, string AccessKey, string SecretKey)
{
    public const string HostVariable = "CLEARML_API_HOST";
    public const string AccessKeyVariable = "CLEARML_API_ACCESS_KEY";
    public const string SecretKeyVariable = "CLEARML_API_SECRET_KEY";

    private const string PublicServer = "https://api.clear.ml";

    /// <summary>Reads keys, and the address unless it is given, from environment variables.</summary>
    /// <returns>Nothing without keys.</returns>
    /// <exception cref="ArgumentException">The address in the environment is none.</exception>
    public static ClearMLAccess? Find(string? server, Func<string, string?> variable)
    {
        string address = server ?? (variable(HostVariable) is { Length: > 0 } host ? host : PublicServer);
        if (!Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
            throw new ArgumentException($"{HostVariable} must be an http or https address, but is '{address}'.");
        return variable(AccessKeyVariable) is { Length: > 0 } access && variable(SecretKeyVariable) is { Length: > 0 } secret
            ? new ClearMLAccess(uri, access, secret)
            : null;
    }

    /// <summary>Without the secret.</summary>
    public override string ToString() => Server.ToString();
}
