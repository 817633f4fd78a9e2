# Log out everywhere is one command: tokens of the user issued until the mark are stale; `*` means all of them.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $redis = RedisServer->new;
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; login /login reason=why; revocation strict;
        @{[ $redis->directives ]}",
);
my $now = time;
sub answer_at { my ($iat, %claims) = @_; $nginx->get('/', cookie(mint({iat => $iat, %claims})))->answer }

is answer_at($now - 100), '200 valid', 'no mark';
$redis->cli('SET', 'session:stale:{42}', $now - 50, 'EX', 100);
is answer_at($now - 100), '401 stale', 'issued before the mark';
is answer_at($now - 51), '401 stale', 'a second before';
is answer_at($now - 50), '401 stale', 'in the very second';
is answer_at($now - 50.5), '401 stale', 'in that second with a fraction';
is answer_at($now - 49), '200 valid', 'a second after';
is answer_at($now), '200 valid', 'issued now';
is answer_at(undef), '401 stale', 'no iat counts as 0';
is answer_at($now - 100, sub => '43'), '200 valid', 'another user';
is answer_at($now - 100, sub => '4'), '200 valid', 'a user whose name is part of it';
is answer_at($now - 100, sub => '42}'), '200 valid', 'or the other way round';

$redis->cli('SET', 'session:stale:{42}', '*');
is answer_at($now), '401 stale', 'the user is gone';
is answer_at($now, sub => '43'), '200 valid', 'the others are not';
$redis->cli('SET', 'session:stale:{42}', 0);
is answer_at($now - 100), '200 valid', 'a mark at 0';
is answer_at(undef), '401 stale', 'reaches only what has no iat';
$redis->cli('SET', 'session:stale:{42}', $now + 1000);
is answer_at($now), '401 stale', 'a mark that lies ahead';
$redis->cli('SET', 'session:stale:{42}', '99999999999999999999999');
is answer_at($now), '401 stale', 'a mark beyond all time';

my $token = mint({sub => 42 . '', iat => $now});
my $redirect = $nginx->navigate('/page', cookie($token));
is $redirect->status, 302, 'a browser is sent to log in';
like $redirect->header('Location'), qr{/login\?why=stale$}, 'and told why';
like $redirect->header('Set-Cookie'), qr/^access_token=;.*Max-Age=0/, 'its cookie is deleted';
is $nginx->get('/', cookie($token))->json->{reason}, 'stale', 'a program is told why';
like $nginx->log, qr/rejected: reason=stale user="42"/, 'the log tells whom';

$redis->cli('SET', 'session:revoked:{42}:j', 1);
is answer_at($now, jti => 'j'), '401 revoked', 'revoked is said before stale';
$redis->cli('SET', 'session:epoch', $now + 1000);
is answer_at($now), '401 stale', 'stale before epoch';
$redis->cli('DEL', 'session:epoch');
$redis->cli('DEL', 'session:stale:{42}');
is answer_at($now), '200 valid', 'the mark is taken back';

done;
