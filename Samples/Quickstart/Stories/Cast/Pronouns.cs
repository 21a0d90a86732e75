namespace Tef.Samples.Quickstart.Stories.Cast;

internal sealed record Pronouns(string Subject, string Object, string Possessive, string Reflexive)
{
    public static Pronouns She { get; } = new("she", "her", "her", "herself");

    public static Pronouns He { get; } = new("he", "him", "his", "himself");

    public static Pronouns Of(string subject) => subject == She.Subject ? She : He;
}
