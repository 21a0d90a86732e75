using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Tef.Samples.Common;

/// <summary>Options that take a number of a range, and say so when they get something else.</summary>
public static class NumberOption
{
    public static Option<int?> Whole(string name, string description, int minimum = 1, int maximum = int.MaxValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Parse(
            result, name, $"a whole number {Range(minimum, maximum)}", (int number) => number >= minimum && number <= maximum),
    };

    public static Option<double?> Positive(string name, string description, double maximum = double.MaxValue) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result => Parse(
            result,
            name,
            maximum < double.MaxValue ? $"a number above 0 and at most {maximum}" : "a number above 0",
            (double number) => number > 0 && number <= maximum),
    };

    private static string Range(int minimum, int maximum) =>
        maximum == int.MaxValue ? $"of at least {minimum}" : $"from {minimum} to {maximum}";

    private static T? Parse<T>(ArgumentResult result, string name, string expected, Func<T, bool> accepts)
        where T : struct, INumber<T>
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T number) && accepts(number))
            return number;
        result.AddError($"{name} must be {expected}, but is '{text}'.");
        return null;
    }
}
