using Clew.Load;

return await LoadCommand.Create().Parse(args).InvokeAsync();
