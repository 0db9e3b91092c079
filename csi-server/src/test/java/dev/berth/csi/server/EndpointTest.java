package dev.berth.csi.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EndpointTest {
  @Test
  void an_endpoint_is_a_unix_url_of_an_absolute_path() {
    assertThat(Endpoint.parse("unix:///run/berth/csi.sock").socket())
        .isEqualTo(Path.of("/run/berth/csi.sock"));
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of("", "endpoint '' is not of the form unix:///absolute/path.sock"),
        Arguments.of(
            "tcp://127.0.0.1:80",
            "endpoint 'tcp://127.0.0.1:80' is not of the form unix:///absolute/path.sock"),
        Arguments.of(
            "unix://relative.sock",
            "endpoint 'unix://relative.sock' is not of the form unix:///absolute/path.sock"),
        Arguments.of(
            "unix:///run/../csi.sock",
            "endpoint /run/../csi.sock is not an absolute path without . and .."),
        Arguments.of("unix:///run/csi", "endpoint /run/csi does not end in .sock"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void anything_else_is_refused_with_the_reason(String text, String message) {
    assertThatThrownBy(() -> Endpoint.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void a_path_that_does_not_fit_a_socket_address_is_refused_before_binding() {
    assertThatThrownBy(() -> Endpoint.parse("unix:///" + "d".repeat(100) + "/csi.sock"))
        .hasMessageContaining("has 110 bytes; a unix socket's path has 100 at most here");
  }
}
