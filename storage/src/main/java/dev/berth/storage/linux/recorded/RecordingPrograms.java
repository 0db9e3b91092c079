package dev.berth.storage.linux.recorded;

import dev.berth.storage.linux.Programs;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Programs that are not run: each command is written down and answered by a function. */
public final class RecordingPrograms implements Programs {
  private final List<List<String>> commands = new CopyOnWriteArrayList<>();
  private final Function<List<String>, Output> answer;

  /** Every program succeeds and says nothing. */
  public RecordingPrograms() {
    this(_ -> new Output(0, "", ""));
  }

  public RecordingPrograms(Function<List<String>, Output> answer) {
    this.answer = answer;
  }

  public List<List<String>> commands() {
    return List.copyOf(commands);
  }

  @Override
  public Output run(List<String> command, Duration deadline) {
    commands.add(List.copyOf(command));
    return answer.apply(command);
  }
}
