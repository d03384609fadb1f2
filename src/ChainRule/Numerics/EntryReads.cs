using ChainRule.Expressions;

namespace ChainRule.Numerics;

/// <summary>
/// Notes which entries of tables the formula of each entry of a definition reads. Where one number moves, only what reads it, directly or
/// through others, has to be computed anew.
/// </summary>
internal sealed class EntryReads
{
    /// <summary>More reads are not noted, for the sake of memory.</summary>
    private const int Most = 2_000_000;

    private readonly Dictionary<Variable, (Variable Read, int Flat)[]?[]> _reads = [];
    private Note? _current;
    private int _count;

    /// <summary>For each entry of a definition, what its formula reads: null where that is not known.</summary>
    public (Variable Read, int Flat)[]?[]? Of(Variable variable) => _reads.GetValueOrDefault(variable);

    /// <summary>An entry is read.</summary>
    public void Add(Variable variable, int flat) => _current?.Read.Add((variable, flat));

    /// <summary>Something is read of which it is not known what it is computed from: a derivative, an expectation.</summary>
    public void AddUnknown()
    {
        if (_current is { } note)
        {
            note.IsUnknown = true;
        }
    }

    /// <summary>Begins with the entries of a definition, which may interrupt those of another.</summary>
    /// <returns>Null where enough was noted already.</returns>
    public Note? Begin(Variable variable, int entries)
    {
        if (_count > Most)
        {
            return null;
        }

        var note = new Note(this, _current, new (Variable, int)[]?[entries]);
        _reads[variable] = note.Entries;
        return _current = note;
    }

    /// <summary>The entries of one definition.</summary>
    internal sealed class Note(EntryReads all, Note? outer, (Variable Read, int Flat)[]?[] entries) : IDisposable
    {
        public (Variable Read, int Flat)[]?[] Entries => entries;

        public List<(Variable Read, int Flat)> Read { get; } = [];

        public bool IsUnknown { get; set; }

        /// <summary>One entry is computed.</summary>
        public void End(int flat)
        {
            entries[flat] = IsUnknown ? null : [.. Read];
            all._count += Read.Count;
            Read.Clear();
            IsUnknown = false;
        }

        public void Dispose() => all._current = outer;
    }
}
