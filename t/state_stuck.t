# A disk that does not answer: who waits for it gets 503 after five seconds, others at once; sessions are judged on.
# Another process that has the lock of the file plays the disk.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;
use StateFile;

my $state = StateFile->new;
my $nginx = Nginx->new($state->nginx(workers => 2));
$nginx->allow_log(qr/\[crit\].*realm "app" state "[^"]*" is not written/);
my @users = $state->enter($nginx, 1 .. 3);

# F_OFD_SETLKW and F_WRLCK on the whole file.
open my $file, '+<', $state->path or die;
my $lock = pack 's s x4 q q i x4', 1, 0, 0, 0, 0;
fcntl $file, 38, $lock or die "fcntl: $!";

my $client = $nginx->connect;
$client->send(Client::format_request('POST', '/logout', $users[0]{cookie}));
my $started = time;
is $state->answers($nginx, @users[1, 2]), 'valid valid', 'sessions are judged meanwhile';
is $state->answers($nginx, $users[0]), 'revoked', 'and what is not safe yet rejects already';
my $response = $client->response;
is $response->status, 503, 'the logout is not acknowledged';
cmp_ok time - $started, '>=', 4, 'after some seconds';
like $nginx->log, qr/\[crit\].*is not written, nothing is acknowledged: the disk does not answer/, 'the log says why';
$started = time;
my @status = map { $nginx->get('/login', 'X-Login: 4')->status } 1 .. 6;
is join(' ', sort @status), join(' ', (503) x 6), 'others are refused';
is $state->answers($nginx, @users[1, 2]), 'valid valid', 'sessions are judged on';

close $file;
eventually { $nginx->get('/login', 'X-Login: 4')->status == 200 } 10, 'the disk answers: a login';
is $nginx->post('/logout', $users[0]{cookie})->status, 200, 'and the logout';
ok $nginx->wait_for_log(qr/\[warn\].*is written again after/, 10), 'the log tells';
$state->kill_all($nginx);
$nginx->start;
is $state->answers($nginx, @users), 'revoked valid valid', 'which is safe';

done;
