# A last line that was never finished is left out, with a notice. Damage before it is refused by `nginx -t`, by a
# start and by a reload, naming file and offset; who runs already goes on, and writes the file anew.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;
use StateFile;

my $state = StateFile->new;
my $nginx = Nginx->new($state->nginx);
my $checker = Nginx->prepare($state->nginx);    # for `nginx -t`, never started
my @users = $state->enter($nginx, 1 .. 5);
$nginx->post('/logout', $users[0]{cookie});
$state->kill_all($nginx);
my $whole = $state->bytes;
my @lines = $state->lines;

# A torn end.
my $torn = length($whole) - 7;
$state->put(substr $whole, 0, $torn);
my $end = length($whole) - length $lines[-1];
my ($good, $output) = $checker->test_configuration;
ok $good, 'nginx -t takes a torn line';
like $checker->log, qr/\[notice\].*state "[^"]*" ends in a line that was never finished, at offset $end, which is left/,
    'and says so';
is length $state->bytes, $torn, 'and does not touch the file';
$nginx->start;
like $nginx->log, qr/\[notice\].*never finished, at offset $end,/, 'so does the start';
is $state->answers($nginx, @users), 'valid valid valid valid valid', 'the logout was in that line, all else is there';
my $late = $state->enter($nginx, 6);
like $nginx->log, qr/\[warn\].*state ".*" cut off a line that was never finished, at offset $end/, 'it is cut off';
$state->kill_all($nginx);
$nginx->start;
is $state->answers($nginx, @users, $late), 'valid valid valid valid valid valid', 'and the file goes on behind it';
$state->kill_all($nginx);

# Damage before the end.
$nginx->forget_log;
$whole = $state->bytes;
my $start = 0;
for my $line ($state->lines) {
    my $damaged = $whole;
    substr($damaged, $start + int(length($line) / 2), 1) ^= "\1";
    $state->put($damaged);
    ($good, $output) = $checker->test_configuration;
    ok !$good, "damage in the line at $start";
    my $path = $state->path;
    like $output, qr/"state" in realm "app": "\Q$path\E" is damaged at offset $start: .*, put back a copy or move it/,
        'is refused with its offset';
    is $state->bytes, $damaged, 'and left as it is';
    $start += length $line;
}

# While nginx runs.
$state->put($whole);
$nginx->start;
my $damaged = $whole;
substr($damaged, length($whole) / 2, 1) ^= "\1";
open my $file, '+<:raw', $state->path or die;
print $file $damaged;
close $file;
ok !$nginx->reload, 'a reload is refused';
is $state->answers($nginx, @users, $late), 'valid valid valid valid valid valid', 'the old configuration serves';
is $nginx->post('/logout', $late->{cookie})->status, 200, 'and writes';
unlink $state->path;
eventually { -s $state->path } 5, 'a file that is moved away is written anew from memory';
eventually { $checker->test_configuration } 5, 'and is whole';
ok $nginx->reload, 'a reload is taken then';
$state->kill_all($nginx);
$nginx->start;
is $state->answers($nginx, @users, $late), 'valid valid valid valid valid revoked', 'all of it is there';

# Other things in its place.
$nginx->allow_log(qr/\[emerg\].*"state" in realm "app"/);
$state->kill_all($nginx);
my %others = ("root:x:0:0\n" => 'at offset 0: not the state of a realm', $lines[0] =~ s/ app / shop /r =>
    'at offset 0: a header that does not match its checksum', 'session-state 2 app ' . "\n" =>
    'at offset 0: a format that this version does not know', 'session-st' => 'at offset 0: a header without an end');
for my $other (sort keys %others) {
    $state->put($other);
    ($good, $output) = $checker->test_configuration;
    ok !$good && $output =~ $others{$other}, $others{$other} or diag $output;
}
$state->put('');
$nginx->start;
$state->enter($nginx, 42);
ok length $state->bytes > 100, 'an empty file is a new one';

done;
