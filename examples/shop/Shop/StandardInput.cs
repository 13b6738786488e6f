namespace Shop;

/// <summary>
/// Ties the life of a process to whoever started it: when SHOP_STOP_WITH_STDIN is 1 and standard input ends, because the starter closed it or died,
/// however it died, the process stops too.
/// </summary>
internal static class StandardInput
{
    public static void WhenEnded(Action stop)
    {
        if (Environment.GetEnvironmentVariable("SHOP_STOP_WITH_STDIN") == "1")
        {
            _ = Task.Run(() => ReadToEndAsync(stop));
        }
    }

    private static async Task ReadToEndAsync(Action stop)
    {
        await using var input = Console.OpenStandardInput();
        var buffer = new byte[16];
        while (await input.ReadAsync(buffer) > 0)
        {
            // What is typed says nothing; only the end does.
        }

        stop();
    }
}
