using System.Collections.Frozen;

namespace Tef.Core.Text.Cleaning;

/// <summary>What cleaning knows about a language.</summary>
internal sealed class WrittenLanguage
{
    private const string Latin = "abcdefghijklmnopqrstuvwxyz";
    private const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    private static readonly FrozenDictionary<string, WrittenLanguage> s_languages = new WrittenLanguage[]
    {
        new("en", Latin, "zero one two three four five six seven eight nine"),
        new("cs", Latin + "áčďéěíňóřšťúůýž", "nula jedna dva tři čtyři pět šest sedm osm devět"),
        new("da", Latin + "æøå", "nul en to tre fire fem seks syv otte ni"),
        new("de", Latin + "äöüß", "null eins zwei drei vier fünf sechs sieben acht neun"),
        new("es", Latin + "áéíñóúü", "cero uno dos tres cuatro cinco seis siete ocho nueve") { MorePunctuation = "¡¿" },
        new("fi", Latin + "åäö", "nolla yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän"),
        new("fr", Latin + "àâæçèéêëîïôœùûüÿ", "zéro un deux trois quatre cinq six sept huit neuf"),
        new("he", "אבגדהוזחטיכךלמםנןסעפףצץקרשת", "אפס אחת שתיים שלוש ארבע חמש שש שבע שמונה תשע") { MorePunctuation = "\u05F3\u05F4\u05BE" },
        new("it", Latin + "àèéìíîòóùú", "zero uno due tre quattro cinque sei sette otto nove"),
        new("nl", Latin + "áéëïóöü", "nul een twee drie vier vijf zes zeven acht negen"),
        new("pl", Latin + "ąćęłńóśźż", "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć"),
        new("pt", Latin + "àáâãçéêíóôõúü", "zero um dois três quatro cinco seis sete oito nove"),
        new("ru", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "ноль один два три четыре пять шесть семь восемь девять"),
        new("sv", Latin + "åäöé", "noll ett två tre fyra fem sex sju åtta nio"),
        new("tr", "abcçdefgğhıijklmnoöprsştuüvyz", "sıfır bir iki üç dört beş altı yedi sekiz dokuz") { HasDotlessI = true },
        new("uk", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "нуль один два три чотири п'ять шість сім вісім дев'ять"),
        new("vi",
            "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ",
            "không một hai ba bốn năm sáu bảy tám chín"),
    }.ToFrozenDictionary(language => language.Code, StringComparer.OrdinalIgnoreCase);

    private WrittenLanguage(string code, string letters, string digits)
    {
        Code = code;
        Letters = letters;
        Digits = digits.Split(' ');
    }

    /// <summary>ISO 639-1.</summary>
    public string Code { get; }

    /// <summary>Letters in lower case.</summary>
    public string Letters { get; }

    /// <summary>The words for 0 to 9.</summary>
    public string[] Digits { get; }

    /// <summary>Whether the lower case of I is ı.</summary>
    public bool HasDotlessI { get; private init; }

    private string MorePunctuation { get; init; } = "";

    /// <summary>Letters in both cases, digits, punctuation and blanks.</summary>
    public string Characters =>
        Letters + Letters.ToUpperInvariant() + (HasDotlessI ? "İI" : "") + "0123456789" + Punctuation + MorePunctuation + " \t\r\n";

    /// <exception cref="ArgumentException">The language is not known; names those that are.</exception>
    public static WrittenLanguage Find(string language) => s_languages.GetValueOrDefault(language)
        ?? throw new ArgumentException(
            $"Language must be one of {string.Join(", ", s_languages.Keys.Order(StringComparer.Ordinal))}, but is '{language}'.", nameof(language));
}
