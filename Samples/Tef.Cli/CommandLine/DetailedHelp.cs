using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace Tef.Cli.CommandLine;

/// <summary>Help that lists commands by one line each, and says more below the options of the command that is asked about.</summary>
internal sealed class DetailedHelp(SynchronousCommandLineAction help) : SynchronousCommandLineAction
{
    private static readonly ConditionalWeakTable<Command, string> s_details = [];

    /// <summary>Says more about a command than its description.</summary>
    public static void Add(Command command, string details) => s_details.Add(command, details);

    /// <summary>Makes the help of a command line, and of all of its commands, the detailed one.</summary>
    public static void Install(RootCommand root)
    {
        HelpOption option = root.Options.OfType<HelpOption>().Single();
        option.Action = new DetailedHelp((SynchronousCommandLineAction)option.Action!);
    }

    /// <summary>Who asks for help need not name what is required.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        if (s_details.TryGetValue(parseResult.CommandResult.Command, out string? details))
            parseResult.InvocationConfiguration.Output.WriteLine(details);
        return code;
    }
}
