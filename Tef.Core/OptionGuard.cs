using System.Runtime.CompilerServices;

namespace Tef.Core;

/// <summary>Range checks of options whose messages name the option, what was expected and what was found.</summary>
public static class OptionGuard
{
    /// <summary>Throws unless <paramref name="value"/> is a number of at least <paramref name="minimum"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is smaller, or not a number.</exception>
    public static void AtLeast(double value, double minimum, [CallerArgumentExpression(nameof(value))] string option = "")
    {
        if (!(value >= minimum))
            throw new ArgumentOutOfRangeException(option, value, $"{option} must be at least {minimum}, but is {value}.");
    }

    /// <summary>Throws unless <paramref name="value"/> is a finite number above zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero, negative, infinite or not a number.</exception>
    public static void Positive(double value, [CallerArgumentExpression(nameof(value))] string option = "")
    {
        if (!(value > 0) || double.IsInfinity(value))
            throw new ArgumentOutOfRangeException(option, value, $"{option} must be a positive number, but is {value}.");
    }

    /// <summary>Throws unless <paramref name="minimum"/> ≤ <paramref name="value"/> ≤ <paramref name="maximum"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside, or is not a number.</exception>
    public static void Between(
        double value, double minimum, double maximum, [CallerArgumentExpression(nameof(value))] string option = "")
    {
        if (!(value >= minimum && value <= maximum))
            throw new ArgumentOutOfRangeException(option, value, $"{option} must be between {minimum} and {maximum}, but is {value}.");
    }

    /// <summary>Throws unless <paramref name="value"/> is a member of its enumeration.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value has no name.</exception>
    public static void Known<T>(T value, [CallerArgumentExpression(nameof(value))] string option = "")
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw new ArgumentOutOfRangeException(option, value, $"{option} must be one of {string.Join(", ", Enum.GetNames<T>())}, but is {value}.");
    }

    /// <summary>Throws unless a condition on several values holds.</summary>
    /// <param name="holds">The condition.</param>
    /// <param name="option">The option to name.</param>
    /// <param name="message">What was expected and what was found.</param>
    /// <exception cref="ArgumentException">The condition does not hold.</exception>
    public static void Holds(bool holds, string option, string message)
    {
        if (!holds)
            throw new ArgumentException(message, option);
    }
}
