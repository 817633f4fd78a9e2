# session_admin and session_backchannel_logout with a Redis account that has the rights of the manual, and no others.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Admin;

new_key('v1');
my $password = 'another-horse-battery-staple';
Workspace::keep_secret($password);
write_file('acl.password', $password);
my ($rights) = read_file("$FindBin::Bin/../README.md") =~ /^    ACL SETUSER nginx on >WORD (~session.*?)\n\n/ms;
my ($more) = read_file("$FindBin::Bin/../README.md") =~ /`(\+[^`]*)` with\s+`session_admin`/;
my $redis = RedisServer->new(users => ["nginx on >$password " . join ' ', split ' ', "$rights $more"]);
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; token bearer; issuer i; audience a; @{[ $redis->directives ]}
        redis_user nginx; redis_password_file acl.password;",
    locations => '
        location /admin/ { session_admin app write=on; }
        location = /logout { session_backchannel_logout app; }',
);
my $admin = Admin->new($nginx, '/admin');
my $form = 'Content-Type: application/x-www-form-urlencoded';
my $sid = $admin->begin('42')->{id};
for my $call (['GET', '/sessions'], ['GET', '/sessions?user=42'], ['GET', "/sessions/$sid?user=42"], ['GET', '/stats'],
    ['POST', '/cleanup'], ['PUT', '/users/43/stale', {before => time}], ['DELETE', '/users/43/stale'],
    ['POST', '/epoch', {before => 1}], ['POST', '/revoke', {user => '43', id => 's1'}], ['DELETE', "/sessions/$sid?user=42"],
    ['DELETE', '/users/42/sessions']) {
    is $admin->send(@$call)->status, 200, "@$call[0, 1]";
}
my $logout = mint({iss => 'i', aud => 'a', sid => 's1', jti => 'l1', exp => time + 100,
    events => {'http://schemas.openid.net/event/backchannel-logout' => {}}});
is $nginx->post('/logout', $form, {body => "logout_token=$logout"})->status, 200, 'a logout';
unlike $nginx->log, qr/NOPERM/, 'every right is there';

done;
