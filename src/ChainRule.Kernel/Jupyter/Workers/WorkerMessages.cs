using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace ChainRule.Kernel.Jupyter.Workers;

/// <summary>What the supervisor asks of the worker.</summary>
[JsonDerivedType(typeof(RunCell), "run")]
[JsonDerivedType(typeof(InterruptCell), "interrupt")]
[JsonDerivedType(typeof(InputGiven), "input")]
[JsonDerivedType(typeof(CheckCompleteness), "is-complete")]
[JsonDerivedType(typeof(CompleteCode), "complete")]
[JsonDerivedType(typeof(InspectCode), "inspect")]
internal abstract record WorkerRequest;

/// <summary>Run a cell.</summary>
/// <param name="Id">The number of the request.</param>
/// <param name="Code">The code.</param>
/// <param name="Cell">The number of the cell.</param>
/// <param name="AllowInput">Whether the front end can be asked for input.</param>
/// <param name="Expressions">Name → expression to evaluate after the cell has succeeded.</param>
internal sealed record RunCell(long Id, string Code, int Cell, bool AllowInput, ImmutableArray<NamedText> Expressions) : WorkerRequest;

/// <summary>Stop the cell that runs.</summary>
internal sealed record InterruptCell : WorkerRequest;

/// <summary>The line that a cell asked for; null where there is none.</summary>
internal sealed record InputGiven(string? Text) : WorkerRequest;

/// <summary>Say something about code that doesn't run yet.</summary>
/// <param name="Id">The number of the request.</param>
/// <param name="Code">The code.</param>
internal abstract record CodeQuestion(long Id, string Code) : WorkerRequest;

/// <summary>Say whether the code could be run as it stands.</summary>
internal sealed record CheckCompleteness(long Id, string Code) : CodeQuestion(Id, Code);

/// <summary>Say how the code could go on.</summary>
/// <param name="Id">The number of the request.</param>
/// <param name="Code">The code.</param>
/// <param name="Position">The place of the cursor, in UTF-16 units.</param>
internal sealed record CompleteCode(long Id, string Code, int Position) : CodeQuestion(Id, Code);

/// <summary>Say what the code means at a place.</summary>
/// <param name="Id">The number of the request.</param>
/// <param name="Code">The code.</param>
/// <param name="Position">The place of the cursor, in UTF-16 units.</param>
internal sealed record InspectCode(long Id, string Code, int Position) : CodeQuestion(Id, Code);

/// <summary>What the worker says.</summary>
[JsonDerivedType(typeof(WorkerReady), "ready")]
[JsonDerivedType(typeof(TextWritten), "text")]
[JsonDerivedType(typeof(ValueShown), "show")]
[JsonDerivedType(typeof(OutputCleared), "clear")]
[JsonDerivedType(typeof(InputWanted), "input")]
[JsonDerivedType(typeof(CellEnded), "ended")]
[JsonDerivedType(typeof(CompletenessKnown), "is-complete")]
[JsonDerivedType(typeof(CompletionsKnown), "complete")]
[JsonDerivedType(typeof(InspectionKnown), "inspect")]
[JsonDerivedType(typeof(RequestFailed), "failed")]
internal abstract record WorkerEvent;

/// <summary>The worker takes requests.</summary>
internal sealed record WorkerReady : WorkerEvent;

/// <summary>An answer to a request.</summary>
/// <param name="Id">The number of the request.</param>
internal abstract record WorkerAnswer(long Id) : WorkerEvent;

/// <summary>A cell has written to the console.</summary>
internal sealed record TextWritten(long Id, bool IsError, string Text) : WorkerEvent;

/// <summary>A cell shows a value.</summary>
/// <param name="Id">The number of the request that started the cell.</param>
/// <param name="DisplayId">The name under which it can be changed.</param>
/// <param name="IsUpdate">Whether it takes the place of what that name shows.</param>
/// <param name="IsResult">Whether it is the value of the cell.</param>
/// <param name="Data">MIME type → content.</param>
internal sealed record ValueShown(long Id, string DisplayId, bool IsUpdate, bool IsResult, ImmutableArray<NamedText> Data) : WorkerEvent;

/// <summary>A cell takes back what it has put out.</summary>
/// <param name="Id">The number of the request that started the cell.</param>
/// <param name="Wait">Whether to wait for the next output.</param>
internal sealed record OutputCleared(long Id, bool Wait) : WorkerEvent;

/// <summary>A cell reads a line from the console.</summary>
internal sealed record InputWanted(long Id) : WorkerEvent;

/// <summary>A cell has ended.</summary>
/// <param name="Id">The number of the request.</param>
/// <param name="Error">What went wrong, or null.</param>
/// <param name="SessionEnded">Whether the cell could not be stopped, so that the worker is of no more use.</param>
/// <param name="Expressions">What the expressions gave.</param>
internal sealed record CellEnded(long Id, CellFailure? Error, bool SessionEnded, ImmutableArray<ExpressionValue> Expressions) : WorkerAnswer(Id);

/// <summary>Whether code could be run.</summary>
/// <param name="Id">The number of the request.</param>
/// <param name="Status">complete, incomplete or invalid.</param>
/// <param name="Indent">The indentation of the next line of incomplete code.</param>
internal sealed record CompletenessKnown(long Id, string Status, string Indent) : WorkerAnswer(Id);

/// <summary>How code could go on.</summary>
/// <param name="Id">The number of the request.</param>
/// <param name="Start">Where what would be replaced begins, in UTF-16 units.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Items">Kind → text.</param>
internal sealed record CompletionsKnown(long Id, int Start, int End, ImmutableArray<NamedText> Items) : WorkerAnswer(Id);

/// <summary>What code means at a place.</summary>
/// <param name="Id">The number of the request.</param>
/// <param name="Data">MIME type → content; empty if there is nothing to tell.</param>
internal sealed record InspectionKnown(long Id, ImmutableArray<NamedText> Data) : WorkerAnswer(Id);

/// <summary>A request could not be carried out: a fault of ours.</summary>
/// <param name="Id">The number of the request.</param>
/// <param name="Message">What went wrong.</param>
internal sealed record RequestFailed(long Id, string Message) : WorkerAnswer(Id);

/// <summary>A text with a name.</summary>
internal sealed record NamedText(string Name, string Text);

/// <summary>What went wrong in a cell.</summary>
/// <param name="Name">The compiler's number of the error, or the type of the exception.</param>
/// <param name="Message">The message.</param>
/// <param name="Traceback">The lines that a notebook shows.</param>
internal sealed record CellFailure(string Name, string Message, ImmutableArray<string> Traceback);

/// <summary>What an expression gave: data or an error.</summary>
internal sealed record ExpressionValue(string Name, ImmutableArray<NamedText> Data, CellFailure? Error);

/// <summary>The JSON of both directions, generated at build time: reflection would cost start-up time.</summary>
[JsonSerializable(typeof(WorkerRequest))]
[JsonSerializable(typeof(WorkerEvent))]
internal sealed partial class WorkerJson : JsonSerializerContext;
