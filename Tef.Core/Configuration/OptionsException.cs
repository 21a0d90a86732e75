namespace Tef.Core.Configuration;

/// <summary>A configuration that cannot be used. The message names the option, the place, what was expected and what was found.</summary>
public sealed class OptionsException : FormatException
{
    internal OptionsException(string source, string option, long line, long column, string message, Exception? inner = null)
        : base(line > 0 ? $"{source}, line {line}, column {column}: {message}" : $"{source}: {message}", inner)
    {
        Option = option;
        Line = line;
        Column = column;
    }

    internal OptionsException(OptionPlace place, string option, string message, Exception? inner = null)
        : this(place.Source, option, place.Line, place.Column, message, inner)
    {
    }

    /// <summary>The path of the option, such as <c>tef.selector.keep</c>; empty for the whole.</summary>
    public string Option { get; }

    /// <summary>The line of the option or of its value, counted from one; zero when it is not in the text.</summary>
    public long Line { get; }

    /// <summary>The byte in the line, counted from one; zero when the option is not in the text.</summary>
    public long Column { get; }
}
