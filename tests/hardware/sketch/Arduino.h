// Just enough of Arduino to run a sketch on this machine: the serial line is a terminal, the buttons are signals.
#pragma once
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define HIGH 1
#define LOW 0
#define INPUT_PULLUP 2
#define OUTPUT 1
#define LED_BUILTIN 13

static int line_fd = -1;
static volatile sig_atomic_t pressed_pin = -1;
static unsigned long pressed_since = 0;

inline unsigned long millis() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000ul + now.tv_nsec / 1000000;
}
inline void pinMode(int, int) {}
inline void digitalWrite(int, int) {}
inline int digitalRead(int pin) {
  if (pressed_pin != pin) return HIGH;
  if (pressed_since == 0) pressed_since = millis();
  if (millis() - pressed_since > 80) { pressed_pin = -1; pressed_since = 0; return HIGH; }
  return LOW;
}

struct SerialLine {
  void begin(long) {}
  int available() { pollfd waiting = {line_fd, POLLIN, 0}; return poll(&waiting, 1, 1) > 0 && waiting.revents & POLLIN; }
  int read() { uint8_t byte; return ::read(line_fd, &byte, 1) == 1 ? byte : -1; }
  void write(const uint8_t *bytes, size_t length) { if (::write(line_fd, bytes, length) < 0) exit(1); }
  void flush() {}
};
static SerialLine Serial;
