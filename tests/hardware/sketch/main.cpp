#include "Arduino.h"
#include SKETCH

static void press(int number) { pressed_pin = number == SIGUSR1 ? BUTTONS[0] : BUTTONS[2]; }

int main(int, char **arguments) {
  line_fd = open(arguments[1], O_RDWR | O_NOCTTY);
  termios raw;
  tcgetattr(line_fd, &raw);
  cfmakeraw(&raw);
  tcsetattr(line_fd, TCSANOW, &raw);
  signal(SIGUSR1, press);
  signal(SIGUSR2, press);
  setup();
  for (;;) loop();
}
