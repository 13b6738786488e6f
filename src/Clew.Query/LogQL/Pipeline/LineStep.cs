namespace Clew.Query.LogQL.Pipeline;

/// <summary>A stage at work in one query. One thread at a time.</summary>
internal abstract class LineStep
{
    /// <summary>Does the stage's work on a line.</summary>
    /// <returns>False when the line falls.</returns>
    public abstract bool Process(WorkingLine line);
}
