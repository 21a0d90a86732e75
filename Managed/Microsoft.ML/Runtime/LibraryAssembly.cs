using System.Reflection;

namespace Microsoft.ML.Runtime;

/// <summary>
/// The names that model files use for the assemblies of the library. They are the original's, so that what is saved here
/// loads there and the other way round; here all of them are one assembly.
/// </summary>
internal static class LibraryAssembly
{
    public const string Data = "Microsoft.ML.Data" + Identity;
    public const string Transforms = "Microsoft.ML.Transforms" + Identity;
    private const string Identity = ", Version=1.0.0.0, Culture=neutral, PublicKeyToken=cc7b13ffcd2ddd51";

    public static Assembly Load(string fullName) =>
        new AssemblyName(fullName).Name!.StartsWith("Microsoft.ML.", StringComparison.Ordinal)
            ? typeof(LibraryAssembly).Assembly
            : Assembly.Load(fullName);
}
