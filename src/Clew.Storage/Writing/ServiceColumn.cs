namespace Clew.Storage.Writing;

/// <summary>The hot column <c>service</c>: a record's is that of its resource.</summary>
internal static class ServiceColumn
{
    /// <summary>Dictionary numbers, one per row.</summary>
    /// <param name="into">Is cleared and filled; the answer is a view of it.</param>
    public static ReadOnlySpan<int> Of(ResourceTable resources, ReadOnlySpan<int> resourceIndexes, Column<int> into)
    {
        into.Clear();
        foreach (var resource in resourceIndexes)
        {
            into.Add(resources.Services[resource]);
        }

        return into.Values;
    }
}
