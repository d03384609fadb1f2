using System.Runtime.InteropServices;

namespace ChainRule.Expressions;

/// <summary>
/// The table in which every node is looked up when it is built, so that equal expressions are one object. It holds them weakly:
/// what nobody uses any more is collected.
/// </summary>
internal static class Interner
{
    // Several small tables, each behind its own lock, so that parallel homework checks do not wait for one another.
    private static readonly Shard[] _shards = [.. Enumerable.Range(0, 16).Select(_ => new Shard())];

    /// <summary>The node that is equal to the candidate, or the candidate itself if it is the first of its kind.</summary>
    public static T Intern<T>(T candidate)
        where T : Expr => (T)_shards[candidate.Hash & 15].Intern(candidate);

    private sealed class Shard
    {
        private readonly object _gate = new();
        private int[] _buckets = NewBuckets(256);
        private Entry[] _entries = new Entry[256];
        private int _count;

        public Expr Intern(Expr candidate)
        {
            List<Expr>? others = null;
            while (true)
            {
                Expr? known;
                lock (_gate)
                {
                    known = Find(candidate, others);
                    if (known is null)
                    {
                        Add(candidate);
                        return candidate;
                    }
                }

                // Outside of the lock: to compare the shapes of names may build expressions, which other tables hold, and two threads that
                // did so inside would wait for one another.
                if (known.SameAs(candidate))
                {
                    return known;
                }

                (others ??= []).Add(known);
            }
        }

        /// <summary>The first node of the candidate's kind and hash that is none of those to which it was found to be different.</summary>
        private Expr? Find(Expr candidate, List<Expr>? others)
        {
            for (var i = _buckets[Bucket(candidate.Hash)]; i >= 0; i = _entries[i].Next)
            {
                if (_entries[i].Hash == candidate.Hash && _entries[i].Node.Target is Expr node && node.GetType() == candidate.GetType() && others?.Exists(other => ReferenceEquals(other, node)) != true)
                {
                    return node;
                }
            }

            return null;
        }

        private void Add(Expr candidate)
        {
            if (_count == _entries.Length)
            {
                Sweep();
            }

            var bucket = Bucket(candidate.Hash);
            _entries[_count] = new(candidate.Hash, _buckets[bucket], GCHandle.Alloc(candidate, GCHandleType.Weak));
            _buckets[bucket] = _count++;
        }

        private int Bucket(int hash) => (int)((uint)(hash >> 4) & (uint)(_buckets.Length - 1));

        private static int[] NewBuckets(int length)
        {
            var buckets = new int[length];
            Array.Fill(buckets, -1);
            return buckets;
        }

        /// <summary>Drops the entries whose nodes were collected, and grows if most are still alive.</summary>
        private void Sweep()
        {
            var living = new List<Entry>();
            foreach (var entry in _entries.AsSpan(0, _count))
            {
                if (entry.Node.Target is null)
                {
                    entry.Node.Free();
                }
                else
                {
                    living.Add(entry);
                }
            }

            var capacity = living.Count > _entries.Length / 2 ? _entries.Length * 2 : _entries.Length;
            _entries = new Entry[capacity];
            _buckets = NewBuckets(capacity);
            _count = 0;
            foreach (var entry in living)
            {
                var bucket = Bucket(entry.Hash);
                _entries[_count] = entry with { Next = _buckets[bucket] };
                _buckets[bucket] = _count++;
            }
        }

        // A bare handle: a WeakReference would be one more object to finalise for each node. The tables live as long as the process.
        private readonly record struct Entry(int Hash, int Next, GCHandle Node);
    }
}
