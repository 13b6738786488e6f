namespace Clew.Storage.Writing;

/// <summary>What one caller wants stored, encoded, and how to tell the caller.</summary>
internal sealed class PendingWrite
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>In the order in which the tables must become durable: contents before the rows that point to them.</summary>
    public List<EncodedRows> Tables { get; } = [];

    /// <summary>Runs after the rows are durable, before the caller is told.</summary>
    public Action? OnCommitted { get; set; }

    public int Rows => Tables.Sum(table => table.Rows);

    public long Bytes => Tables.Sum(table => (long)table.Blocks.Length);

    public Task Completion => _completion.Task;

    public void Committed()
    {
        OnCommitted?.Invoke();
        _completion.TrySetResult();
    }

    public void Failed(Exception error) => _completion.TrySetException(error);
}
