using Tef.Cli.CommandLine;

return CommandRunner.Run(args);
