using System.Collections.Frozen;

namespace ChainRule.Notation;

/// <summary>
/// Letters with accents as Unicode has them: ŷ as one character or as y with a combining mark. The table is our own because the
/// program runs without the globalization data that String.Normalize needs.
/// </summary>
internal static class Accents
{
    // Letter and composed character side by side.
    private const string HatPairs = "aâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑAÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐ";
    private const string TildePairs = "aãeẽiĩnñoõuũvṽyỹAÃEẼIĨNÑOÕUŨVṼYỸ";
    private const string BarPairs = "aāeēgḡiīoōuūyȳAĀEĒGḠIĪOŌUŪYȲ";
    private const string DotPairs = "aȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzżAȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻ";
    private const string DoubleDotPairs = "aäeëhḧiïoötẗuüwẅxẍyÿAÄEËHḦIÏOÖUÜWẄXẌYŸ";

    private static readonly FrozenDictionary<AccentKind, char> _marks = new Dictionary<AccentKind, char>
    {
        [AccentKind.Hat] = '\u0302',
        [AccentKind.Tilde] = '\u0303',
        [AccentKind.Bar] = '\u0304',
        [AccentKind.Vector] = '\u20D7',
        [AccentKind.Dot] = '\u0307',
        [AccentKind.DoubleDot] = '\u0308',
        [AccentKind.Underline] = '\u0332',
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<char, AccentKind> _kinds = _marks.Select(pair => KeyValuePair.Create(pair.Value, pair.Key)).Append(KeyValuePair.Create('\u0305', AccentKind.Bar)).ToFrozenDictionary();

    private static readonly FrozenDictionary<(char Letter, AccentKind Kind), char> _composed = new (AccentKind Kind, string Pairs)[]
    {
        (AccentKind.Hat, HatPairs), (AccentKind.Tilde, TildePairs), (AccentKind.Bar, BarPairs), (AccentKind.Dot, DotPairs), (AccentKind.DoubleDot, DoubleDotPairs),
    }.SelectMany(row => row.Pairs.Chunk(2).Select(pair => KeyValuePair.Create((pair[0], row.Kind), pair[1]))).ToFrozenDictionary();

    private static readonly FrozenDictionary<char, (char Letter, AccentKind Kind)> _decomposed = _composed.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>The letter with its accent: one character where Unicode has it, else the letter with a combining mark.</summary>
    public static string Compose(string letter, AccentKind kind) =>
        letter.Length == 1 && _composed.TryGetValue((letter[0], kind), out var composed) ? composed.ToString()
        : _marks.TryGetValue(kind, out var mark) ? letter + mark
        : letter;

    /// <summary>The letter and the accent of a character with an accent, composed or not; false for anything else.</summary>
    public static bool TryDecompose(string text, out string letter, out AccentKind kind)
    {
        if (text.Length == 1 && _decomposed.TryGetValue(text[0], out var known))
        {
            (letter, kind) = (known.Letter.ToString(), known.Kind);
            return true;
        }

        kind = default;
        letter = text.Length > 1 ? text[..^1] : text;
        return text.Length > 1 && _kinds.TryGetValue(text[^1], out kind);
    }
}
