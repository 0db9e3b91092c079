package dev.berth.e2e.rpc;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Reads every log line of the driver, the most talkative ones too, and keeps what must not be. */
final class LogWatch extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final Logger log = (Logger) LoggerFactory.getLogger("dev.berth");
  private final @Nullable Level before = log.getLevel();
  private final List<String> secrets = new CopyOnWriteArrayList<>();
  private final List<String> bugs = new CopyOnWriteArrayList<>();

  private LogWatch() {}

  static LogWatch begin() {
    LogWatch watch = new LogWatch();
    watch.start();
    watch.log.setLevel(Level.DEBUG);
    watch.log.setAdditive(false);
    watch.log.addAppender(watch);
    return watch;
  }

  @Override
  protected void append(ILoggingEvent event) {
    String line = event.getFormattedMessage() + stack(event.getThrowableProxy());
    if (line.contains(RandomMessages.SECRET)) {
      secrets.add(line);
    }
    if (event.getLevel() == Level.ERROR) {
      bugs.add(line);
    }
  }

  private static String stack(@Nullable IThrowableProxy thrown) {
    StringBuilder text = new StringBuilder();
    IThrowableProxy next = thrown;
    while (next != null) {
      text.append(" | ").append(next.getClassName()).append(": ").append(next.getMessage());
      for (int i = 0; i < Math.min(6, next.getStackTraceElementProxyArray().length); i++) {
        text.append(' ').append(next.getStackTraceElementProxyArray()[i]);
      }
      next = next.getCause();
    }
    return text.toString();
  }

  /** Lines with a secret in them. */
  List<String> secrets() {
    return List.copyOf(secrets);
  }

  /** Lines of the level ERROR. */
  List<String> bugs() {
    return List.copyOf(bugs);
  }

  @Override
  public void close() {
    log.detachAppender(this);
    log.setAdditive(true);
    log.setLevel(before);
    stop();
  }
}
