namespace Clew.Analysis.Worlds;

/// <summary>A message that one trace sent and another took: the taking span links to the sending one.</summary>
/// <param name="Producer">Index into services.</param>
/// <param name="Consumer">Index into services.</param>
/// <param name="Queue">Where it waited: the destination's name, or the sending span's.</param>
/// <param name="Stretch">In which stretch it was taken: index into the baseline, -1 for the window.</param>
/// <param name="Taken">When it was taken, nanoseconds since 1970.</param>
/// <param name="Waited">From the end of the sending to the taking, nanoseconds; 0 where clocks disagree.</param>
/// <param name="TraceId">The trace that took it.</param>
public sealed record WorldMessage(int Producer, int Consumer, string Queue, int Stretch, long Taken, long Waited, string TraceId);
