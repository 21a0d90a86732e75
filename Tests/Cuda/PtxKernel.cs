using System.Text.RegularExpressions;

namespace Tef.Tests.Cuda;

/// <summary>What can be told about a kernel from its PTX without an assembler for it.</summary>
/// <param name="Name">The kernel.</param>
/// <param name="MaxThreads">Threads that a block may have.</param>
/// <param name="LiveRegisters">
/// 32-bit registers that hold values still needed, where most do. An assembler may order instructions better or worse; predicates have
/// registers of their own.
/// </param>
/// <param name="Instructions">Instructions of PTX.</param>
/// <param name="Barriers">Barriers of the block.</param>
/// <param name="SharedBytes">Shared memory that the kernel declares itself.</param>
internal sealed partial record PtxKernel(string Name, int MaxThreads, int LiveRegisters, int Instructions, int Barriers, int SharedBytes)
{
    public static PtxKernel Parse(string name, string body)
    {
        var threads = MaxThread().Match(body);
        var statements = Statements(body);
        int shared = SharedArray().Matches(body).Sum(match => int.Parse(match.Groups[1].Value));
        return new PtxKernel(
            name, int.Parse(threads.Groups[1].Value), MostLive(statements), statements.Count(statement => statement.Label is null),
            statements.Count(statement => statement.Text.StartsWith("bar.sync", StringComparison.Ordinal)), shared);
    }

    private static List<Statement> Statements(string body)
    {
        var statements = new List<Statement>();
        bool inside = false;
        foreach (string line in body.Split('\n'))
        {
            string text = line.Split("//")[0].Trim();
            inside |= text == "{";
            if (!inside || text.Length == 0 || text[0] is '.' or '{' or '}' && !text.StartsWith('$'))
                continue;
            statements.Add(text.EndsWith(':') ? new Statement("", text[..^1], [], []) : Statement.Parse(text));
        }
        return statements;
    }

    /// <summary>Backward data flow: a value is live from where it is written to where it is last read.</summary>
    private static int MostLive(List<Statement> statements)
    {
        var labels = statements.Select((statement, at) => (statement.Label, at)).Where(item => item.Label is not null)
            .ToDictionary(item => item.Label!, item => item.at);
        var live = statements.Select(_ => new HashSet<string>()).ToArray();
        int most = 0;
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int i = statements.Count - 1; i >= 0; i--)
            {
                var statement = statements[i];
                var after = new HashSet<string>();
                if (statement.FallsThrough && i + 1 < statements.Count)
                    after.UnionWith(live[i + 1]);
                if (statement.Target is { } target)
                    after.UnionWith(live[labels[target]]);
                most = Math.Max(most, after.Sum(Words));
                if (!statement.IsConditional)
                    after.ExceptWith(statement.Writes);
                after.UnionWith(statement.Reads);
                if (after.Count == live[i].Count)
                    continue;
                live[i] = after;
                changed = true;
            }
        }
        return most;
    }

    private static int Words(string register) => register[1] switch
    {
        'p' => 0,
        'r' when register[2] == 'd' => 2,
        'f' when register[2] == 'd' => 2,
        _ => 1,
    };

    [GeneratedRegex(@"\.maxntid (\d+)")]
    private static partial Regex MaxThread();

    [GeneratedRegex(@"\.shared .*\[(\d+)\]")]
    private static partial Regex SharedArray();

    private sealed partial record Statement(string Text, string? Label, string[] Writes, string[] Reads)
    {
        public bool IsConditional { get; private init; }

        public string? Target { get; private init; }

        public bool FallsThrough => Target is null ? !Text.StartsWith("ret", StringComparison.Ordinal) : IsConditional;

        public static Statement Parse(string text)
        {
            string[] guard = [];
            bool conditional = text[0] == '@';
            if (conditional)
            {
                int space = text.IndexOf(' ');
                guard = [text[1..space].TrimStart('!')];
                text = text[space..].Trim();
            }
            string operation = text.Split([' ', '\t'], 2)[0];
            string[] registers = [.. Register().Matches(text).Select(match => match.Value)];
            bool writes = !operation.StartsWith("st.", StringComparison.Ordinal) && !operation.StartsWith("bar", StringComparison.Ordinal)
                && !operation.StartsWith("bra", StringComparison.Ordinal);
            // Vectors are written as a group: ld.global.v4.u32 {a, b, c, d}, [address].
            int written = !writes ? 0
                : text.Contains('{') ? registers.Length - Register().Count(text[text.IndexOf('}')..])
                : Math.Min(1, registers.Length);
            string? target = operation.StartsWith("bra", StringComparison.Ordinal) ? text.TrimEnd(';').Split([' ', '\t'])[^1] : null;
            return new Statement(text, null, registers[..written], [.. registers[written..], .. guard])
            {
                IsConditional = conditional,
                Target = target,
            };
        }

        [GeneratedRegex(@"%(?:rd|rs|r|fd|f|p)\d+")]
        private static partial Regex Register();
    }
}
