namespace Tef.Core.Configuration;

/// <summary>Where an option was written.</summary>
/// <param name="Source">A file, or what was said on the command line.</param>
/// <param name="Line">Counted from one; zero when the source has no lines.</param>
/// <param name="Column">Counted from one.</param>
internal readonly record struct OptionPlace(string Source, long Line, long Column);
