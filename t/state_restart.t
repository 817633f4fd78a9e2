# What the store in the zone holds survives the end of nginx, by `state`: sessions, logouts, marks,
# refresh tokens and their rotation.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;
use StateFile;

my $state = StateFile->new;
my $nginx = Nginx->new($state->nginx(realm => 'record require;', workers => 2));
eventually { -s $state->path } 5, 'the file is there though nobody came';
is sprintf('%04o', (stat $state->path)[2] & 07777), '0600', 'and its owner\'s alone';

my ($user, $other, $marked) = $state->enter($nginx, 42, 43, 44);
my $next = given($nginx->post('/refresh', $other->{cookie}));
is $nginx->post('/logout', $user->{cookie})->status, 200, 'one logs out';
is $state->answers($nginx, $user, $other, $next), 'revoked valid valid', 'before';

ok $nginx->quit, 'nginx quits';
$nginx->start;
is $state->answers($nginx, $user, $other, $next, $marked), 'revoked valid valid valid', 'after a restart';
is $nginx->post('/refresh', $user->{cookie})->answer, '401 revoked', 'no refresh of who logged out';
is given($nginx->post('/refresh', $other->{cookie}))->{refresh}, $next->{refresh},
    'a tab that was late gets the same successor';
my $third = given($nginx->post('/refresh', $next->{cookie}));
is $state->answers($nginx, $third), 'valid', 'refreshed';

$state->kill_all($nginx);
$nginx->start;
is $state->answers($nginx, $user, $third), 'revoked valid', 'after all processes were killed';
my $fourth = $third;
$fourth = given($nginx->post('/refresh', $fourth->{cookie})) for 1 .. 20;    # more than a grace remembers
$state->kill_all($nginx);
$nginx->start;
is $nginx->post('/refresh', $other->{cookie})->answer, '401 replayed', 'a token that was used long ago is found out';
is $state->answers($nginx, $third, $fourth), 'revoked revoked', 'which ends the session';
$state->kill_all($nginx);
$nginx->start;
is $state->answers($nginx, $third, $fourth, $marked), 'revoked revoked valid', 'for good';
is $nginx->get('/mark', 'X-Stale: 44')->status, 200, 'a user is marked';
$state->kill_all($nginx);
$nginx->start;
is $state->answers($nginx, $marked, $state->enter($nginx, 44)), 'stale valid', 'and still is';
unlike $state->bytes, qr/\Q$marked->{access}\E|\Q$marked->{refresh}\E/, 'no token in the file';
unlike $nginx->whole_log, qr/\[(?:warn|error)\]/, 'no word of complaint';

done;
