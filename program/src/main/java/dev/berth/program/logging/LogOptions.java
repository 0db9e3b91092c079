package dev.berth.program.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine.Option;

/** The options of every command that serves: {@code --log-format} and {@code --log-level}. */
public final class LogOptions {
  private static final String PLAIN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %msg%replace( [%mdc]){' \\[\\]',''}%n%ex{8}";

  /** How a line looks. */
  public enum Format {
    PLAIN,
    JSON
  }

  /** What is worth a line. */
  public enum Threshold {
    ERROR,
    WARN,
    INFO,
    DEBUG
  }

  @Option(
      names = "--log-format",
      paramLabel = "plain|json",
      description = "How log lines look, on standard error (default: plain).")
  private Format format = Format.PLAIN;

  @Option(
      names = "--log-level",
      paramLabel = "error|warn|info|debug",
      description = "What is logged (default: info).")
  private Threshold threshold = Threshold.INFO;

  /** Sets logging up for this process. */
  public void install() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder(context));
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(appender);
    context.getLogger("dev.berth").setLevel(Level.toLevel(threshold.name()));
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  private Encoder<ILoggingEvent> encoder(LoggerContext context) {
    if (format == Format.JSON) {
      JsonEncoder json = new JsonEncoder();
      json.setContext(context);
      json.setWithContext(false);
      json.setWithSequenceNumber(false);
      json.setWithNanoseconds(false);
      json.setWithArguments(false);
      json.setWithMessage(false);
      json.setWithFormattedMessage(true);
      json.start();
      return json;
    }
    PatternLayoutEncoder plain = new PatternLayoutEncoder();
    plain.setContext(context);
    plain.setPattern(PLAIN);
    plain.start();
    return plain;
  }
}
