namespace Tef.Samples.Quickstart.Stories.Cast;

/// <summary>Somebody or something that a story can speak of in several forms.</summary>
internal interface IReferent
{
    /// <summary>The words for this referent at this point of the story.</summary>
    /// <param name="form">The form asked for; empty for the plain name or noun.</param>
    /// <param name="discourse">Who has been spoken of.</param>
    /// <returns>Null when there is no such form.</returns>
    string? Refer(string form, Discourse discourse);
}
