# Password from a file, ACL user; a login that fails is no answer and its password is in no log.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my ($password, $acl) = ('correct-horse-battery-staple', 'another-horse-battery-staple');
Workspace::keep_secret($password, $acl);
write_file('redis.password', "$password\n");
write_file('acl.password', "$acl\r\n");
write_file('wrong.password', 'wrong-horse-battery-staple');

my $redis = RedisServer->new(password => $password, users => [
    "app on >$acl ~session:* resetchannels -\@all +get +exists",
    "blind on >$acl ~other:* resetchannels -\@all +get +exists +ping",
]);
my $key = "key v1 file=v1.key; cookie access_token; revocation strict; @{[ $redis->directives ]}";
my %realm = (
    password => 'redis_password_file redis.password;',
    user => 'redis_user app; redis_password_file acl.password;',
    default => 'redis_user default; redis_password_file redis.password;',
    wrong => 'redis_password_file wrong.password;',
    stranger => 'redis_user nobody; redis_password_file acl.password;',
    blind => 'redis_user blind; redis_password_file acl.password;',
    none => '',
    open => 'redis_password_file wrong.password; store_error allow;',
);
my $nginx = Nginx->new(
    realms => {map { $_ => "$key $realm{$_}" } keys %realm},
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} keys %realm),
);
my $cookie = cookie(mint({jti => 'j'}));

is $nginx->get("/$_", $cookie)->answer, '200 valid', "$_: lets in" for qw(password user default);
is $nginx->get("/$_", $cookie)->answer, '503 store', "$_: no answer" for qw(wrong stranger blind none);
is $nginx->get('/open', $cookie)->answer, '200 valid', 'store_error allow decides';
$redis->cli('SET', 'session:revoked:{42}:j', 1);
is $nginx->get("/$_", $cookie)->answer, '401 revoked', "$_: asks" for qw(password user default);
is $nginx->get("/$_", $cookie)->answer, '503 store', "$_: still no answer" for qw(wrong stranger blind none);
like $redis->cli('CLIENT', 'LIST'), qr/user=app\b/, 'the ACL user is signed in';

like $nginx->log, qr/\[(?:warn|error)\].*redis \Q@{[ $redis->address ]}\E.*(?:WRONGPASS|invalid)/,
    'the log tells of a wrong password';
like $nginx->log, qr/\[(?:warn|error)\].*NOAUTH/, 'and of a missing one';
unlike $nginx->log, qr/horse/, 'but never which';

write_file('wrong.password', $password);
ok $nginx->reload, 'the file is mended and nginx reloaded';
is $nginx->get('/wrong', $cookie)->answer, '401 revoked', 'it asks now';

for my $case (['absent.password', ''], ['empty.password', ''], ['lf.password', "\n"]) {
    my ($file, $text) = @$case;
    write_file($file, $text) unless $file =~ /absent/;
    my ($good, $output) = Nginx->check(realm => "$key redis_password_file $file;");
    ok !$good, "$file is an error";
    like $output, qr/redis_password_file.*\Q$file\E|\Q$file\E.*redis_password_file/, 'which names directive and file';
}

done;
