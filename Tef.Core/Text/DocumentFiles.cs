using System.IO.Enumeration;

namespace Tef.Core.Text;

/// <summary>The files that a path means.</summary>
public static class DocumentFiles
{
    private static readonly char[] Separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];

    /// <summary>Finds the files of a corpus, in ordinal order of their names. Hidden files and folders are passed over.</summary>
    /// <param name="path">
    /// A file; a folder, of which all files are meant, at any depth; or a pattern in which <c>*</c> and <c>?</c> stand for characters
    /// of a name and a name of <c>**</c> for folders at any depth.
    /// </param>
    /// <exception cref="FileNotFoundException">There is no such file or folder, it is empty, or no file matches.</exception>
    public static IReadOnlyList<string> Find(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path))
            return [path];
        List<string> files = [];
        if (Directory.Exists(path))
        {
            Match(path, ["**", "*"], files);
            return Sorted(files) ?? throw new FileNotFoundException($"The folder '{path}' holds no files.", path);
        }

        if (path.AsSpan().ContainsAny('*', '?'))
        {
            (string root, string[] pattern) = SplitAtPattern(path);
            if (Directory.Exists(root))
                Match(root, pattern, files);
            return Sorted(files) ?? throw new FileNotFoundException($"No file matches '{path}'.", path);
        }

        throw new FileNotFoundException($"There is no file or folder '{path}'.", path);
    }

    private static (string Root, string[] Pattern) SplitAtPattern(string path)
    {
        string[] names = path.Split(Separators);
        int first = Array.FindIndex(names, name => name.AsSpan().ContainsAny('*', '?'));
        string root = string.Join(Path.DirectorySeparatorChar, names[..first]);
        if (first > 0 && root.Length == 0)
            root = Path.DirectorySeparatorChar.ToString();
        return (first == 0 ? "." : root, [.. names[first..].Where(name => name.Length > 0)]);
    }

    private static void Match(string folder, ReadOnlySpan<string> pattern, List<string> files)
    {
        string name = pattern[0];
        if (pattern.Length == 1 && name != "**")
        {
            files.AddRange(Directory.EnumerateFiles(folder).Where(file => Matches(name, file)));
            return;
        }

        if (name == "**")
            Match(folder, pattern.Length == 1 ? ["*"] : pattern[1..], files);
        foreach (string child in Directory.EnumerateDirectories(folder))
        {
            if (name == "**" && !IsHidden(child))
                Match(child, pattern, files);
            else if (name != "**" && Matches(name, child))
                Match(child, pattern[1..], files);
        }
    }

    private static bool Matches(string pattern, string path) =>
        (!IsHidden(path) || pattern[0] == '.')
        && FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(path), ignoreCase: false);

    private static bool IsHidden(string path) => Path.GetFileName(path.AsSpan()).StartsWith(".");

    private static List<string>? Sorted(List<string> files) =>
        files.Count == 0 ? null : [.. files.Distinct().Order(StringComparer.Ordinal)];
}
