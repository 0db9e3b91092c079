package dev.berth.program.control;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Values as lines of JSON on one connection. */
final class Wire implements AutoCloseable {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
          .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);

  private final SocketChannel channel;
  private final BufferedReader in;
  private final Writer out;

  Wire(SocketChannel channel) {
    this.channel = channel;
    this.in =
        new BufferedReader(
            new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
    this.out =
        new BufferedWriter(
            new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8));
  }

  synchronized void send(Object value) throws IOException {
    JSON.writeValue(out, value);
    out.write('\n');
    out.flush();
  }

  /** The next value; empty when the other side has hung up. */
  <T> Optional<T> receive(Class<T> type) throws IOException {
    String line = in.readLine();
    return line == null ? Optional.empty() : Optional.of(JSON.readValue(line, type));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
