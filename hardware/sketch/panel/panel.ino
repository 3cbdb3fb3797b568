// A satisfaction panel for Motcua: three or five buttons on an ESP32 or Arduino, over USB, RS-232 or RS-485.
// The protocol is in docs/device-protocol.md. A press is kept here until the host says that it is on its disk.

#include <EEPROM.h>
#include <stdio.h>
#include <string.h>

const uint8_t ADDRESS = 1;             // each device on a shared line has its own
const bool SHARED_LINE = false;        // true on RS-485: speak only when polled
const int8_t DRIVER_PIN = -1;          // DE and /RE of the RS-485 chip, -1 without one
const uint8_t BUTTONS[] = {4, 5, 6};   // from the happiest; pressed is LOW
const uint8_t LAMP = LED_BUILTIN;      // lit while a press waits for its acknowledgement

const uint8_t BUTTON_COUNT = sizeof(BUTTONS);
const uint8_t BUFFER = 16;
const uint8_t MAX_LINE = 120;
const unsigned long REPEAT_MS = 400, DEBOUNCE_MS = 30;

struct Press { uint8_t button; unsigned long at; };   // button 0 is HELLO

Press waiting[BUFFER];
uint8_t waitingCount = 0, sequence = 0;
bool sent = false;
unsigned long sentAt = 0;
char boot[5];
char line[MAX_LINE + 1];
uint8_t lineLength = 0;
bool inLine = false;
bool down[BUTTON_COUNT];
unsigned long changedAt[BUTTON_COUNT];

uint16_t crc16(const char *text, size_t length) {
  uint16_t crc = 0xFFFF;
  for (size_t i = 0; i < length; i++) {
    crc ^= (uint16_t)(uint8_t)text[i] << 8;
    for (uint8_t bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  }
  return crc;
}

void say(const char *body) {
  char out[MAX_LINE + 1];
  int length = snprintf(out, sizeof out, "$%s*%04X\r\n", body, crc16(body, strlen(body)));
  if (DRIVER_PIN >= 0) digitalWrite(DRIVER_PIN, HIGH);
  Serial.write((const uint8_t *)out, length);
  Serial.flush();                      // the line is let go only when the last bit is out
  if (DRIVER_PIN >= 0) digitalWrite(DRIVER_PIN, LOW);
}

void sendFirst() {
  char body[64];
  const Press &press = waiting[0];
  if (press.button == 0)
    snprintf(body, sizeof body, "%02X,%02X,HELLO,%s,PANEL,open-panel,1", ADDRESS, sequence, boot);
  else
    snprintf(body, sizeof body, "%02X,%02X,BTN,%s,%u,%lu", ADDRESS, sequence, boot, press.button, millis() - press.at);
  say(body);
  sent = true;
  sentAt = millis();
}

void keep(uint8_t button) {
  if (waitingCount == BUFFER) {        // full: the oldest that was never sent goes, the one in flight keeps its number
    memmove(&waiting[1], &waiting[2], sizeof(Press) * (BUFFER - 2));
    waitingCount--;
  }
  waiting[waitingCount++] = {button, millis()};
}

void acknowledged() {
  memmove(&waiting[0], &waiting[1], sizeof(Press) * (BUFFER - 1));
  waitingCount--;
  sequence++;
  sent = false;
}

void answer() {                        // `line` holds what is between "$" and CR
  char *star = strrchr(line, '*');
  if (star == NULL || strlen(star) != 5) return;
  char check[5];
  snprintf(check, sizeof check, "%04X", crc16(line, star - line));
  if (strcmp(check, star + 1) != 0) return;
  *star = 0;
  unsigned address, number;
  char command[9], argument[16] = "";
  if (sscanf(line, "%2x,%2x,%8[A-Z0-9],%15s", &address, &number, command, argument) < 3 || address != ADDRESS) return;
  if (strcmp(command, "ACK") == 0 && sent && waitingCount > 0 && number == sequence && strcmp(argument, boot) == 0)
    acknowledged();
  else if (strcmp(command, "POLL") == 0) {
    if (waitingCount > 0) { sendFirst(); return; }
    char body[32];
    snprintf(body, sizeof body, "%02X,%02X,NONE,%s", ADDRESS, number, boot);
    say(body);
  }
}

void listen() {
  while (Serial.available() > 0) {
    char letter = Serial.read();
    if (letter == '$') { lineLength = 0; inLine = true; continue; }
    if (!inLine) continue;
    if (letter == '\n') {
      inLine = false;
      if (lineLength > 0 && line[lineLength - 1] == '\r') { line[lineLength - 1] = 0; answer(); }
    } else if (lineLength < MAX_LINE - 1) line[lineLength++] = letter;
    else inLine = false;
  }
}

void watchButtons() {
  for (uint8_t i = 0; i < BUTTON_COUNT; i++) {
    bool pressed = digitalRead(BUTTONS[i]) == LOW;
    if (pressed == down[i] || millis() - changedAt[i] < DEBOUNCE_MS) continue;
    changedAt[i] = millis();
    down[i] = pressed;
    if (pressed) keep(i + 1);
  }
}

void countBoot() {                     // a boot id that never repeats: a counter that survives power
  uint16_t count;
#if defined(ESP32) || defined(ESP8266)
  EEPROM.begin(4);
#endif
  EEPROM.get(0, count);
  count++;
  EEPROM.put(0, count);
#if defined(ESP32) || defined(ESP8266)
  EEPROM.commit();
#endif
  snprintf(boot, sizeof boot, "%04x", count);
}

void setup() {
  Serial.begin(9600);
  if (DRIVER_PIN >= 0) { pinMode(DRIVER_PIN, OUTPUT); digitalWrite(DRIVER_PIN, LOW); }
  for (uint8_t i = 0; i < BUTTON_COUNT; i++) pinMode(BUTTONS[i], INPUT_PULLUP);
  pinMode(LAMP, OUTPUT);
  countBoot();
  keep(0);
}

void loop() {
  listen();
  watchButtons();
  if (!SHARED_LINE && waitingCount > 0 && (!sent || millis() - sentAt >= REPEAT_MS)) sendFirst();
  digitalWrite(LAMP, waitingCount > 0 ? HIGH : LOW);
}
