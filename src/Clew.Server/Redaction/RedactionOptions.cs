namespace Clew.Server.Redaction;

/// <summary>What is done with personal data that is found.</summary>
public enum PersonalAction
{
    /// <summary>Replaced by <c>REDACTED</c>.</summary>
    Mask,

    /// <summary>Replaced by a pseudonym: the same value always gets the same one, and nobody without the key gets back from it.</summary>
    Hash,
}

/// <summary>The configuration's <c>redaction:</c>, applied to everything before it is stored.</summary>
public sealed record RedactionOptions
{
    /// <summary>Secrets in texts, and attributes whose key says that they are secrets.</summary>
    public bool Secrets { get; init; } = true;

    /// <summary>Literals of database statements.</summary>
    public bool SqlLiterals { get; init; } = true;

    /// <summary>Comments of database statements go too. They carry trace contexts (sqlcommenter), and sometimes more.</summary>
    public bool SqlComments { get; init; }

    /// <summary>Kinds of personal data to look for; none by default.</summary>
    public IReadOnlyList<RedactionRule> Personal { get; init; } = [];

    public PersonalAction PersonalAction { get; init; }

    /// <summary>Keys of attributes (<c>*</c> stands for any part) that are left alone, whatever they hold.</summary>
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>Keys of attributes whose values are replaced by <c>REDACTED</c>.</summary>
    public IReadOnlyList<string> Mask { get; init; } = [];

    /// <summary>Keys of attributes that are left out.</summary>
    public IReadOnlyList<string> Drop { get; init; } = [];

    /// <summary>Keys of attributes whose values become pseudonyms.</summary>
    public IReadOnlyList<string> Hash { get; init; } = [];

    /// <summary>A file whose bytes are the key of the pseudonyms; null when none are made.</summary>
    public string? HashKeyFile { get; init; }

    /// <summary>More to look for, as regular expressions without back-references.</summary>
    public IReadOnlyList<string> Patterns { get; init; } = [];
}
