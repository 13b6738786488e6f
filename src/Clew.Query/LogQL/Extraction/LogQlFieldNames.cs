namespace Clew.Query.LogQL.Extraction;

/// <summary>The label names that fields get.</summary>
public static class LogQlFieldNames
{
    /// <summary>The label of a field in an object that has a label itself; that of a field that lies in nothing else when the prefix is empty. Empty when it gets none.</summary>
    public static string Flattened(string prefix, string key)
    {
        var name = new FieldName();
        return (prefix.Length == 0 || name.TrySet(prefix)) && name.TryAppend(key) ? name.Text.ToString() : string.Empty;
    }
}
