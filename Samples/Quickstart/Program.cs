Console.Error.WriteLine("usage: Quickstart");
return 1;
