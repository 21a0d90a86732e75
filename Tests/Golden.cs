namespace Tef.Tests;

/// <summary>Reference numbers computed by PyTorch. <c>TEF_GOLDEN</c> names another folder of the same form.</summary>
public static class Golden
{
    public static string Folder { get; } =
        Environment.GetEnvironmentVariable("TEF_GOLDEN") is { Length: > 0 } folder
            ? folder
            : System.IO.Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden");

    public static string Path(params string[] parts) => System.IO.Path.Combine([Folder, .. parts]);
}
