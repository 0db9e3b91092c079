package dev.berth.provisioner.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class AudibleStreamTest {
  @Test
  @Timeout(10)
  void a_stream_on_which_nothing_comes_ends() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
        Socket server = listener.accept();
        InputStream in = new AudibleStream(client.getInputStream(), Duration.ofMillis(300))) {
      server.getOutputStream().write('a');
      assertThat(in.read()).isEqualTo('a');
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void a_stream_that_breaks_is_an_error() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("reset");
          }

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            return read();
          }
        };
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () -> {
              try (InputStream in = new AudibleStream(broken, Duration.ofMinutes(1))) {
                in.read();
              }
            })
        .withMessage("reset");
  }
}
