# Reloads: the file goes on, gets another place, begins for what is in memory, and ends; a zone of another size goes on
# with the same file.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;
use StateFile;

my $state = StateFile->new;
my $moved = StateFile->new;
my $base = 'key v1 file=v1.key; cookie access_token; refresh_cookie refresh_token; record require;';
my $nginx = Nginx->new($state->nginx(realm => 'record require;', workers => 2));
my @users = $state->enter($nginx, 1 .. 3);
my $inode = (stat $state->path)[1];

ok $nginx->reload(drained => 1), 'a reload';
is $nginx->post('/logout', $users[0]{cookie})->status, 200, 'one logs out';
is((stat $state->path)[1], $inode, 'into the same file');

ok $nginx->reload(realm => $state->realm('record require; zone 8m;'), drained => 1), 'a smaller zone';
push @users, $state->enter($nginx, 4);
is $state->answers($nginx, @users), 'revoked valid valid valid', 'all are there';
is((stat $state->path)[1], $inode, 'and in the same file');

ok $nginx->reload(realm => $moved->realm('record require; zone 8m;'), drained => 1), 'another file';
eventually { -s $moved->path } 5, 'is written from memory';
my $old = $state->bytes;
push @users, $state->enter($nginx, 5);
is $state->bytes, $old, 'the one before is left alone';
$state->kill_all($nginx);
$nginx->start;
is $state->answers($nginx, @users), 'revoked valid valid valid valid', 'a restart has all of it from there';

ok $nginx->reload(realm => "$base zone 8m;", drained => 1), 'no file';
my $last = $moved->bytes;
push @users, $state->enter($nginx, 6);
is $state->answers($nginx, @users), 'revoked valid valid valid valid valid', 'the zone goes on';
is $moved->bytes, $last, 'the file does not';

$nginx->allow_log(qr/\[emerg\].*"state" in realm "app"/);
ok !$nginx->reload(realm => $moved->realm('record require; zone 8m;')), 'the old file is not put beside newer memory';
like $nginx->log, qr/"state" in realm "app": "[^"]*" is there, and so is what nginx has in memory: move the file away/,
    'the log says why';
is $state->answers($nginx, @users), 'revoked valid valid valid valid valid', 'the old configuration serves';
rename $moved->path, $moved->path . '.old';
ok $nginx->reload(realm => $moved->realm('record require; zone 8m;'), drained => 1), 'once it is moved away';
is $nginx->post('/logout', $users[5]{cookie})->status, 200, 'another logout';
$state->kill_all($nginx);
$nginx->start;
is $state->answers($nginx, @users), 'revoked valid valid valid valid revoked', 'what memory had is in the new file';

# A zone that cannot hold it.
my @many = map { "u$_" } 1 .. 400;
$state->enter($nginx, @many);
ok $nginx->quit, 'nginx quits';
my ($good, $output) = Nginx->check($moved->nginx(realm => 'zone 128k;'));
ok !$good, 'a zone that is too small for the file';
like $output, qr/"state" in realm "app": the zone is too small for what is in "[^"]*", raise "zone"/, 'is refused';

done;
